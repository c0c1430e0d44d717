"""The storefront's GraphQL schema is a part of the one that Shopify publishes.

`shopify_admin_2026-10.txt` lists what we use of it, one field, argument or value a line, as the npm
package `@shopify/dev-mcp` has it in `dist/data/admin_2026-10.json.gz`. When SHOPIFY_ADMIN_SCHEMA
names that file, the list itself is checked, and that nothing on it is deprecated.
"""

import gzip
import json
import os
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
)

from deploy.sandbox.storefront.admin import SCHEMA

PUBLISHED = Path(__file__).parent / "shopify_admin_2026-10.txt"
# Enums of the world's currencies and countries, of which any selection will do.
LISTS = {"CurrencyCode", "CountryCode"}


def describe(schema: GraphQLSchema, names: set[str]) -> set[str]:
    """Write the named types of a schema as lines that can be compared."""
    lines = set()
    for name in names - LISTS:
        kind = schema.type_map[name]
        if isinstance(kind, GraphQLEnumType):
            lines |= {f"{name}.{value}" for value in kind.values}
        elif isinstance(kind, GraphQLInputObjectType):
            lines |= {f"{name}.{key}: {field.type}" for key, field in kind.fields.items()}
        elif isinstance(kind, GraphQLObjectType):
            for key, field in kind.fields.items():
                if field.deprecation_reason is None:
                    lines.add(f"{name}.{key}: {field.type}")
                    arguments = field.args.items()
                    lines |= {f"{name}.{key}({part}: {each.type})" for part, each in arguments}
    return lines


def our_names() -> set[str]:
    return {name for name in SCHEMA.type_map if not name.startswith("__")}


def test_every_name_and_type_is_a_published_one() -> None:
    published = set(PUBLISHED.read_text().splitlines())

    assert describe(SCHEMA, our_names()) - published == set()


@pytest.mark.skipif(
    "SHOPIFY_ADMIN_SCHEMA" not in os.environ, reason="needs the published schema itself"
)
def test_the_list_of_published_names_is_true() -> None:
    with gzip.open(os.environ["SHOPIFY_ADMIN_SCHEMA"]) as file:
        answer = json.load(file)
    published = build_client_schema(answer.get("data", answer))

    assert set(PUBLISHED.read_text().splitlines()) - describe(published, our_names()) == set()
