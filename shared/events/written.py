"""An event that is not a model any more, or never was one: its content as it goes out."""

from msgspec import Struct

from shared.events.event import Event

OF_EVERY_EVENT = {"event_id", "occurred_at"}


class Written(Struct, frozen=True):
    """An event with its content written; it is given its id and its moment when it is said."""

    kind: type[Event]
    key: str
    content: bytes
    """The fields of its contract but for the two that every event has, as a JSON object."""

    @classmethod
    def of(cls, event: Event) -> "Written":
        """Write the event's content."""
        content = event.model_dump_json(exclude=OF_EVERY_EVENT).encode()
        return cls(type(event), event.key, content)
