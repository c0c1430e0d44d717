"""What every event has: an identity, a moment, a topic and a key."""

import re
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from uuid_utils import uuid7

UUID_AS_WRITTEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

EVENTS: dict[str, type["Event"]] = {}
"""Every event by its name, which is its CloudEvents type."""


def new_event_id() -> str:
    """Make an id that grows with time, so that the inbox's index stays compact."""
    return str(uuid7())


def as_postgres_writes(event_id: str) -> str:
    """Write an id as Postgres gives it back: the same id in capitals would be taken for another."""
    return event_id if UUID_AS_WRITTEN.fullmatch(event_id) else str(UUID(event_id))


def say_what_is_always_there(schema: dict[str, Any]) -> None:
    """Tell readers that each event has an id and a moment: defaults serve only who makes one."""
    schema["required"] = ["event_id", "occurred_at", *schema.get("required", ())]


class Event(BaseModel):
    """Something that happened, said once and never changed."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_extra=say_what_is_always_there
    )

    topic: ClassVar[str] = ""

    event_id: Annotated[str, AfterValidator(as_postgres_writes)] = Field(
        default_factory=new_event_id, json_schema_extra={"format": "uuid"}
    )
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the event among those that can be said; a base without a topic cannot."""
        super().__pydantic_init_subclass__(**kwargs)
        if cls.topic and not cls.__name__.startswith("_"):
            EVENTS[cls.__name__] = cls

    @property
    @abstractmethod
    def key(self) -> str:
        """The thing whose life this event belongs to: the partition key and CloudEvents subject."""
