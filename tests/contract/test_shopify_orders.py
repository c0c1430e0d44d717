"""What ingest asks Shopify for orders."""

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from services.ingest.shopify.documents import DOCUMENTS
from tests.support.published import published_schema

SCHEMA = Path(__file__).parents[2] / "deploy/sandbox/storefront/schema.graphql"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_asked_is_in_the_schema(document: str) -> None:
    assert validate(build_schema(SCHEMA.read_text()), parse(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_asked_is_in_the_published_schema(document: str) -> None:
    assert validate(published_schema(), parse(document)) == []
