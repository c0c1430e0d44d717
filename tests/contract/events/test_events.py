"""The promises between services: a reader of yesterday must understand today's writer."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts.documents import event_schema
from shared.cloudevents import decode, encode
from shared.events import EVENTS

SCHEMAS = Path(__file__).parent / "schemas"

every_event = pytest.mark.parametrize("name", sorted(EVENTS))


def sample(name: str) -> dict[str, Any]:
    """Read an event as it was once said; samples are never written anew."""
    written: dict[str, Any] = json.loads((SCHEMAS / f"{name}.sample.json").read_text())
    return written


@every_event
def test_the_schema_is_the_one_we_agreed_on(name: str) -> None:
    agreed = json.loads((SCHEMAS / f"{name}.json").read_text())

    assert event_schema(name) == agreed, "run `make contracts` and have both sides read it"


@every_event
def test_yesterdays_event_is_read_without_loss(name: str) -> None:
    said = sample(name)

    read = json.loads(decode(name, json.dumps(said).encode()).model_dump_json())

    assert without_news(read, said) == said


@every_event
def test_a_field_from_the_future_is_ignored(name: str) -> None:
    event = EVENTS[name]

    assert event.model_validate(with_news(sample(name))) == event.model_validate(sample(name))


@every_event
def test_what_is_written_is_read_again_the_same(name: str) -> None:
    event = EVENTS[name].model_validate(sample(name))

    assert decode(name, encode(event, "test").value) == event


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    kept = {file.name.partition(".")[0] for file in SCHEMAS.iterdir()}

    assert kept == set(EVENTS)


def without_news(read: Any, said: Any) -> Any:
    """Leave out what the sample does not have: fields that were added since, with defaults."""
    if isinstance(said, dict) and isinstance(read, dict):
        return {key: without_news(read[key], said[key]) for key in said if key in read}
    if isinstance(said, list) and isinstance(read, list) and len(said) == len(read):
        return [without_news(*pair) for pair in zip(read, said, strict=True)]
    return read


def with_news(said: Any) -> Any:
    """Add an unheard-of field to every object, but to the template, which is free in form."""
    if isinstance(said, dict):
        grown = {
            key: value if key == "template" else with_news(value) for key, value in said.items()
        }
        return grown | {"unheard_of": 1}
    return [with_news(value) for value in said] if isinstance(said, list) else said
