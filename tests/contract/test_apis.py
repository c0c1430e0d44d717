"""Each service's description says how each path fails, and shows what is sent and answered."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.contracts.apps import build
from deploy.contracts.openapi import describe_http

Json = dict[str, Any]

SERVICES = ("ingest", "catalog", "printfile", "fulfillment", "notifier")


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Give every operation that programs use, with its path."""
    for path, methods in document["paths"].items():
        if path.startswith(("/v1/", "/files/")):
            for operation in methods.values():
                yield path, operation


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_declares_how_it_fails(service: str) -> None:
    for path, operation in operations(describe_http(build(service))):
        failures = {each for each in operation["responses"] if each.startswith(("4", "5"))}

        assert "503" in failures, path
        assert ("401" in failures) == ("security" in operation), path
        assert ("404" in failures) >= ("{" in path and "put" not in operation["operationId"]), path
        for status in failures:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_shows_a_request_and_its_answer(service: str) -> None:
    for path, operation in operations(describe_http(build(service))):
        sent = operation.get("requestBody", {}).get("content", {"application/json": {}})
        if "application/json" not in sent:  # artwork is bytes
            continue
        shown = [
            content.get("examples")
            for answer in operation["responses"].values()
            for content in answer.get("content", {}).values()
        ]

        assert any(shown), path
        assert operation["x-codeSamples"], path
        if "requestBody" in operation:
            assert sent["application/json"]["examples"], path
