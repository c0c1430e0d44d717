"""Shopify's published Admin schema, as the npm package `@shopify/dev-mcp` carries it."""

import gzip
import json
from functools import lru_cache

from graphql import GraphQLSchema, build_client_schema

from tests.support.npm import Package

DEV_MCP = Package(
    "@shopify/dev-mcp",
    "1.16.0",
    "tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==",
)
MEMBER = "dist/data/admin_2026-10.json.gz"


@lru_cache
def published_schema() -> GraphQLSchema:
    """Give the schema; it has a few flaws that graphql-core would not let pass in our own."""
    answer = json.loads(gzip.decompress(DEV_MCP.file(MEMBER).read_bytes()))
    return build_client_schema(answer.get("data", answer), assume_valid=True)
