"""The written contracts: AsyncAPI of the stream and OpenAPI of every service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts.apps import build_all
from deploy.contracts.asyncapi import describe_stream
from deploy.contracts.documents import ROOT, all_documents
from deploy.contracts.openapi import describe_http
from deploy.roles import SERVICES
from deploy.topics import PARTITIONS, all_topics
from shared.events import EVENTS, EventSetAside, FailureRetryRequested, ReplayRequested
from shared.letter_news import FAILURES, NEWS
from shared.service import Service

Json = dict[str, Any]


@pytest.fixture(scope="module")
def apps() -> list[Service]:
    return build_all()


@pytest.fixture(scope="module")
def stream(apps: list[Service]) -> Json:
    return describe_stream(apps)


@pytest.fixture(scope="module")
def documents() -> dict[Path, str]:
    return all_documents()


def test_what_is_checked_in_is_what_the_code_says(documents: dict[Path, str]) -> None:
    stale = [
        str(path)
        for path, text in documents.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text() != text
    ]

    assert stale == [], "run `make contracts`"


def test_every_reference_leads_somewhere(apps: list[Service], stream: Json) -> None:
    for document in [stream, *map(describe_http, apps)]:
        lost = [ref for ref in references(document) if not leads_somewhere(document, ref)]
        assert lost == []


def test_every_event_is_said_by_one_service(apps: list[Service]) -> None:
    said = [event for app in apps for event in app.said if event not in NEWS + FAILURES]

    assert {event.__name__ for event in (*said, *NEWS, *FAILURES)} == set(EVENTS)
    assert len(said) == len(set(said))


def test_whoever_hears_of_orders_tells_what_it_set_aside(apps: list[Service]) -> None:
    for app in apps:
        hears_orders = EventSetAside.topic in app.topics
        assert app.said.issuperset(NEWS) == hears_orders, app.name
        assert (ReplayRequested.__name__ in app.handlers) == hears_orders, app.name


def test_whoever_hears_of_anything_can_mend_what_failed(apps: list[Service]) -> None:
    for app in apps:
        hears = bool(app.topics)
        assert app.relay.can_be_asked == hears, app.name
        assert (FailureRetryRequested.__name__ in app.handlers) == hears, app.name


def test_every_service_tells_what_it_cannot_publish(apps: list[Service]) -> None:
    for app in apps:
        assert app.said.issuperset(FAILURES), app.name


def test_every_topic_is_created_before_it_is_used(stream: Json) -> None:
    described = {channel["address"] for channel in stream["channels"].values()}

    assert described <= {topic.name for topic in all_topics(PARTITIONS, replicas=1)}


def test_every_listener_has_a_topic_for_dead_letters(apps: list[Service], stream: Json) -> None:
    described = {channel["address"] for channel in stream["channels"].values()}

    assert {f"{topic}-{app.name}-dlt" for app in apps for topic in app.topics} <= described


def test_every_service_is_described_as_openapi_3_1(documents: dict[Path, str]) -> None:
    described = {
        path.stem: json.loads(text)["openapi"]
        for path, text in documents.items()
        if path.parent.name == "openapi"
    }

    assert described == dict.fromkeys(SERVICES, "3.1.0")


def test_every_path_says_what_it_does(apps: list[Service]) -> None:
    silent = [
        f"{app.name} {method} {path}"
        for app in apps
        for path, operations in describe_http(app)["paths"].items()
        for method, operation in operations.items()
        if not (operation.get("description") or operation.get("summary"))
    ]

    assert silent == []


def references(part: Any) -> Iterator[str]:
    """Walk over every reference in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def leads_somewhere(document: Json, ref: str) -> bool:
    """Tell whether a reference points into the document itself."""
    here: Any = document
    for step in ref.removeprefix("#/").split("/"):
        if not isinstance(here, dict) or step not in here:
            return False
        here = here[step]
    return True
