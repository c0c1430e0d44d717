"""The approval API's description is enough to write an integration from it alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.contracts.apps import build
from deploy.contracts.openapi import describe_http

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    return describe_http(build("approval"))


def test_every_property_says_what_it_means(document: Json) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if not described.get("description")
    ]

    assert silent == []


def test_every_schema_says_what_it_is(document: Json) -> None:
    schemas = document["components"]["schemas"]

    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_every_parameter_says_what_to_send(document: Json) -> None:
    silent = [
        f"{path} {parameter['name']}"
        for path, _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]

    assert silent == []


def test_every_operation_declares_how_it_fails(document: Json) -> None:
    needed = {"get": {"401", "503"}, "post": {"401", "409", "413", "422", "503"}}
    needed["put"] = {"401", "403", "412", "422", "428", "503"}
    for path, method, operation in operations(document):
        failures = {each for each in operation["responses"] if each.startswith(("4", "5"))}
        assert operation["description"], path
        assert failures >= needed[method], path
        assert ("404" in failures) == ("{order_id}" in path), path
        for status in failures:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_headers_are_declared_where_they_count(document: Json) -> None:
    for path, method, operation in operations(document):
        names = [parameter["name"] for parameter in operation.get("parameters", [])]
        assert len(names) == len(set(names)), path
        assert ("Idempotency-Key" in names) == (method == "post"), path
        if "412" in operation["responses"]:
            assert "If-Match" in names, path


def test_every_operation_shows_what_to_send_and_what_comes_back(document: Json) -> None:
    for path, method, operation in operations(document):
        answered = operation["responses"]["200"]["content"]["application/json"]
        assert answered["examples"], path
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["examples"], path
        assert operation["x-codeSamples"], (path, method)


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Give every operation that programs use, with its path and method."""
    for path, methods in document["paths"].items():
        if path.startswith("/v1/"):
            for method, operation in methods.items():
                yield path, method, operation
