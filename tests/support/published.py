"""Shopify's published Admin schema, as the npm package `@shopify/dev-mcp` carries it.

Fetched once and kept in the user's cache; the package is named by its version and its hash.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import tarfile
from functools import lru_cache
from pathlib import Path

import httpx
from graphql import GraphQLSchema, build_client_schema

VERSION = "1.16.0"
INTEGRITY = (
    "tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw=="
)
MEMBER = "package/dist/data/admin_2026-10.json.gz"


@lru_cache
def published_schema() -> GraphQLSchema:
    """Give the schema; it has a few flaws that graphql-core would not let pass in our own."""
    file = cached()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(unpacked(fetched()))
        fresh.replace(file)
    answer = json.loads(gzip.decompress(file.read_bytes()))
    return build_client_schema(answer.get("data", answer), assume_valid=True)


def cached() -> Path:
    """Give the place of the file in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "platen" / f"shopify-{VERSION}" / Path(MEMBER).name


def fetched() -> bytes:
    """Fetch the package from the npm registry, and check it; says what to do when it cannot."""
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
    url = f"{registry}/@shopify/dev-mcp/-/dev-mcp-{VERSION}.tgz"
    try:
        response = httpx.get(url, timeout=120, follow_redirects=True).raise_for_status()
    except httpx.HTTPError as error:
        raise AssertionError(
            f"Shopify's published schema could not be fetched from {url} ({error}): "
            "is the npm registry reachable? NPM_CONFIG_REGISTRY names another one."
        ) from error
    found = base64.b64encode(hashlib.sha512(response.content).digest()).decode()
    assert found == INTEGRITY, f"{url} is not the package whose hash is locked"
    return response.content


def unpacked(package: bytes) -> bytes:
    """Take the one file out."""
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None, f"the package has no {MEMBER}"
        return member.read()
