"""The AsyncAPI description is valid, and what services write is as it describes."""

import inspect
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from deploy.contracts.documents import ROOT
from shared.cloudevents import Message, encode, encode_written
from shared.dead_letters import explanation
from shared.events import EVENTS, Event, Written
from tests.contract.events.test_events import sample
from tests.support import events as builders
from tests.support.judging import faults_of_description, faults_of_messages
from tests.support.service import as_record

Json = dict[str, Any]

FREE = {"template"}
"""Fields of the events that may be any object."""


@pytest.fixture(scope="module")
def stream() -> Json:
    described: Json = json.loads((ROOT / "docs/asyncapi.json").read_text())
    return described


def recorded() -> list[Event]:
    """Give every event as it was once said."""
    return [EVENTS[name].model_validate(sample(name)) for name in sorted(EVENTS)]


def speaker_of(stream: Json, event: str) -> str:
    """Give a service that says the event."""
    speaker: str = next(
        operation["tags"][0]["name"]
        for operation in stream["operations"].values()
        if operation["action"] == "send"
        and any(each["$ref"].endswith(f"/{event}") for each in operation["messages"])
    )
    return speaker


def said(stream: Json, *events: Event) -> list[Message]:
    return [encode(event, speaker_of(stream, type(event).__name__)) for event in events]


def spoilt(message: Message) -> Iterator[Message]:
    """Give the message with each of its fields in turn of another kind."""
    body = json.loads(message.value)
    for field in body.keys() - FREE:
        value = json.dumps(body | {field: [[]]}).encode()
        yield Message(message.topic, message.key, message.headers, value)


def test_the_description_is_valid_for_its_version(stream: Json) -> None:
    assert stream["asyncapi"] == "3.0.0"
    assert faults_of_description(stream) == []


def test_a_description_that_is_not_valid_is_told(stream: Json) -> None:
    broken = deepcopy(stream)
    del broken["operations"]["catalogSaysCatalog"]["action"]
    broken["operations"]["ingestSaysOrders"]["messages"][0]["$ref"] += "Lost"

    faults = "\n".join(faults_of_description(broken))

    assert 'must have required property "action"' in faults
    assert "operations.ingestSaysOrders.messages.0" in faults


def test_every_event_as_it_was_once_said_is_as_described(stream: Json) -> None:
    messages = said(stream, *recorded())

    assert faults_of_messages(stream, messages) == [[]] * len(EVENTS)


def test_what_the_builders_of_the_tests_make_is_as_described(stream: Json) -> None:
    built = [
        build()
        for name, build in inspect.getmembers(builders, inspect.isfunction)
        if inspect.signature(build).return_annotation in EVENTS.values()
    ]

    faults = faults_of_messages(stream, said(stream, *built))

    assert len(built) > 20
    assert faults == [[]] * len(built)


def test_what_is_written_without_a_model_is_as_described(stream: Json) -> None:
    messages = [
        message
        for event in recorded()
        for message in encode_written([Written.of(event)], speaker_of(stream, type(event).__name__))
    ]

    assert faults_of_messages(stream, messages) == [[]] * len(EVENTS)


def test_a_dead_letter_is_as_described(stream: Json) -> None:
    [message] = said(stream, builders.order_received())
    why = explanation(as_record(builders.order_received()), "approval", "it is indigestible")
    letter = Message("orders.v1-approval-dlt", message.key, message.headers + why, message.value)
    unexplained = Message(letter.topic, letter.key, message.headers + why[:-1], letter.value)

    assert faults_of_messages(stream, [letter, unexplained]) == [
        [],
        ["headers: should have required property 'kafka_dlt-exception-message'"],
    ]


def test_an_event_is_always_named_and_dated(stream: Json) -> None:
    described = stream["components"]["schemas"]

    assert all(described[name]["required"][:2] == ["event_id", "occurred_at"] for name in EVENTS)


def test_what_nobody_says_there_is_told(stream: Json) -> None:
    message = encode(builders.shipped(), "ingest")

    assert faults_of_messages(stream, [message]) == [["ingest does not say Shipped on orders.v1"]]


def test_a_field_of_another_kind_is_told_of_every_event(stream: Json) -> None:
    messages = [each for message in said(stream, *recorded()) for each in spoilt(message)]

    faults = faults_of_messages(stream, messages)

    assert [message for message, found in zip(messages, faults, strict=True) if not found] == []
