"""The storefront's GraphQL schema is a part of the one that Shopify publishes."""

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema

from deploy.sandbox.storefront.admin import SCHEMA
from tests.support.published import published_schema

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
    published = describe(published_schema(), our_names())

    assert describe(SCHEMA, our_names()) - published == set()
