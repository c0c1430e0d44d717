"""What a record of the stream is to those who hear it: an event, or something unreadable."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from aiokafka import ConsumerRecord

from shared.cloudevents import Unreadable, decode, type_of
from shared.dead_letters import Letter
from shared.events import Event
from shared.letter_news import WISHES

UNKNOWN = "unknown"
"""The type of a record that does not tell it; whoever reads the topic has to look at it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event and the record that it came in."""

    type: str
    event: Event
    record: ConsumerRecord

    @property
    def key(self) -> str:
        """The key whose events are applied in their order."""
        return self.event.key

    @property
    def line(self) -> str:
        """The key whose dead letters it waits behind; what has them replayed waits behind none."""
        return self.event.event_id if self.type in WISHES else self.event.key


def read(records: Sequence[ConsumerRecord], types: Container[str]) -> list[Heard | Letter]:
    """Read the records of these types, and of no type; those of others concern nobody here."""
    found = [read_one(record, types) for record in records]
    return [item for item in found if item is not None]


def read_one(record: ConsumerRecord, types: Container[str]) -> Heard | Letter | None:
    """Read a record; None when it is of another type."""
    kind = UNKNOWN
    try:
        kind = type_of(record.headers)
        return Heard(kind, decode(kind, record.value), record) if kind in types else None
    except Unreadable as reason:
        key = (record.key or b"").decode(errors="backslashreplace")
        return Letter(record, "", kind, key, str(reason))
