"""CloudEvents 1.0 in Kafka's binary mode: attributes in headers, the event in the body."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from uuid import UUID

from msgspec import Struct
from pydantic import ValidationError

from shared.events import EVENTS, Event, Written
from shared.events.event import UUID_AS_WRITTEN, new_event_id

Headers = Sequence[tuple[str, bytes | None]]

Attribute = tuple[str, str]

VERSION = ("ce_specversion", "1.0")
CONTENT_TYPE = ("content-type", "application/json")


class Unreadable(Exception):
    """A record that is no event of ours: a broken header, or a body that its contract refuses."""


class Message(Struct, frozen=True):
    """An event as it goes onto the stream."""

    topic: str
    key: str
    headers: tuple[Attribute, ...]
    value: bytes


def encode(event: Event, service: str) -> Message:
    """Write the event as the service says it."""
    body = event.model_dump_json(exclude_defaults=False).encode()
    moment = event.occurred_at.isoformat()
    return message_of(type(event), service, event.key, event.event_id, moment, body)


def encode_written(events: Iterable[Written], service: str) -> list[Message]:
    """Say events whose contents are written already: they happen now."""
    moment = datetime.now(UTC).isoformat()
    occurred_at = moment.replace("+00:00", "Z").encode()
    messages: list[Message] = []
    for event in events:
        event_id = new_event_id()
        values = event_id.encode(), occurred_at, event.content[1:]
        body = b'{"event_id":"%b","occurred_at":"%b",%b' % values
        messages.append(message_of(event.kind, service, event.key, event_id, moment, body))
    return messages


def message_of(
    kind: type[Event], service: str, key: str, event_id: str, moment: str, body: bytes
) -> Message:
    """Put the attributes into headers; `moment` is RFC 3339."""
    source, type_, schema = attributes_of(kind, service)
    headers = (
        VERSION,
        ("ce_id", event_id),
        source,
        type_,
        ("ce_subject", key),
        ("ce_time", moment),
        schema,
        CONTENT_TYPE,
        ("traceparent", traceparent(key, event_id)),
    )
    return Message(kind.topic, key, headers, body)


@cache
def attributes_of(kind: type[Event], service: str) -> tuple[Attribute, Attribute, Attribute]:
    """Give what all events of a kind that the service says have in common."""
    name = kind.__name__
    return (
        ("ce_source", f"/platen/{service}"),
        ("ce_type", name),
        ("ce_dataschema", f"/platen/schemas/{name}.json"),
    )


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
    if UUID_AS_WRITTEN.fullmatch(key):
        return key.replace("-", "")
    try:
        return UUID(key).hex
    except ValueError:
        return "0" * 31 + "1"


def traceparent(key: str, event_id: str) -> str:
    """Give the W3C header: the event is a span, named by the random end of its id."""
    return f"00-{trace_id(key)}-{event_id.replace('-', '')[-16:]}-01"
