"""CloudEvents 1.0 in Kafka's binary mode: attributes in headers, the event in the body."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from pydantic import ValidationError

from shared.events import EVENTS, Event

Headers = Sequence[tuple[str, bytes | None]]

SPECVERSION = "1.0"


class Unreadable(Exception):
    """A record that is no event of ours: a broken header, or a body that its contract refuses."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it goes onto the stream."""

    topic: str
    key: str
    headers: tuple[tuple[str, str], ...]
    value: bytes


def encode(event: Event, service: str) -> Message:
    """Write the event as the service says it."""
    kind = type(event).__name__
    headers = (
        ("ce_specversion", SPECVERSION),
        ("ce_id", event.event_id),
        ("ce_source", f"/platen/{service}"),
        ("ce_type", kind),
        ("ce_subject", event.key),
        ("ce_time", event.occurred_at.isoformat()),
        ("ce_dataschema", f"/platen/schemas/{kind}.json"),
        ("content-type", "application/json"),
        ("traceparent", traceparent(event)),
    )
    body = event.model_dump_json(exclude_defaults=False).encode()
    return Message(event.topic, event.key, headers, body)


def type_of(headers: Headers) -> str:
    """Read the event's type without touching the body; raises Unreadable when it has none."""
    for name, value in headers:
        if name == "ce_type" and value is not None:
            try:
                return value.decode()
            except UnicodeDecodeError as error:
                raise Unreadable(f"the ce_type header is not UTF-8: {value!r}") from error
    raise Unreadable("the record has no ce_type header")


def decode(kind: str, body: bytes | None) -> Event:
    """Read the event; raises Unreadable with what its contract refuses."""
    try:
        return EVENTS[kind].model_validate_json(body or b"")
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        )
        raise Unreadable(f"the body is not a valid {kind}: {problems}") from error


@lru_cache(maxsize=10_000)
def trace_id(key: str) -> str:
    """Give the trace of an order's or product's whole life: its own id, as W3C writes it."""
    try:
        return UUID(key).hex
    except ValueError:
        return "0" * 31 + "1"


def traceparent(event: Event) -> str:
    """Give the W3C header: the event is a span, named by the random end of its id."""
    return f"00-{trace_id(event.key)}-{event.event_id.replace('-', '')[-16:]}-01"
