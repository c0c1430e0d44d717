"""A small service that says back what it heard, for tests of what every service stands on."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from asyncpg.exceptions import DeadlockDetectedError
from pydantic_core import from_json

from shared import dead_letters, outbox
from shared.cloudevents import Message, encode
from shared.database import Transaction
from shared.effect import Effect, OneStatement
from shared.events import (
    Event,
    OrderCancelled,
    OrderReceived,
    StorefrontUpdateRequested,
)
from shared.letter_news import FAILURES, NEWS
from shared.service import Service
from shared.settings import ServiceSettings
from tests.support.service import Driver

NAME = "notifier"
"""Whose role and schema the probe borrows."""


ECHO = """
    said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::json[], $7::bytea[])
            WITH ORDINALITY AS echo (event_id, topic, key, headers, value, place)
        JOIN claimed USING (event_id)
        ORDER BY place
        RETURNING id
    )
"""


class Indigestible(Exception):
    """What the probe raises at events that it was told to fail at."""


@dataclass(slots=True)
class Probe:
    """What the handlers do beside echoing: fail, at some events always or for a while."""

    poison: set[str] = field(default_factory=set)
    """Ids of events that cannot be applied."""
    deadlocks: set[int] = field(default_factory=set)
    """At which calls, counted from one, the database is to fail for a passing reason."""
    calls: Counter[str] = field(default_factory=Counter)
    """How often each type's handler was called."""
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a handler is at work, with its transaction open."""
    gate: asyncio.Event | None = None
    """What a handler waits for before it ends."""
    requires: str = "true"
    """What the effect requires, where it is one statement."""
    name: str = NAME
    """The service that says what is echoed by one statement."""

    async def echo(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Say each event's type and id back, in the order of hearing."""
        self.calls[type(events[0]).__name__] += 1
        await outbox.add(transaction, [echo_of(event) for event in events])
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.calls.total() in self.deadlocks:
            raise DeadlockDetectedError("two transactions waited for one another")
        self._refuse_poison(events)

    def echo_by_one_statement(self, events: Sequence[Event]) -> Effect:
        """Say the same back as a part of the statement that claims the events."""
        self._refuse_poison(events)
        said = [encode(echo_of(event), self.name) for event in events]
        return Effect(
            sql=ECHO,
            values=([event.event_id for event in events], *outbox.columns(said)),
            requires=self.requires,
            said=said,
            after_commit=lambda _: self.calls.update(["at once"]),
        )

    def _refuse_poison(self, events: Sequence[Event]) -> None:
        spoilt = [event.event_id for event in events if event.event_id in self.poison]
        if spoilt:
            raise Indigestible(f"cannot apply {spoilt}")


def echo_of(event: Event) -> StorefrontUpdateRequested:
    """Say what was heard."""
    return StorefrontUpdateRequested(
        order_id=event.key, shipment_id=event.event_id, requested_by=type(event).__name__
    )


def heard(said: Sequence[Event]) -> list[str]:
    """Read from what was said the ids of what had been heard, in order."""
    return [event.shipment_id for event in said if isinstance(event, StorefrontUpdateRequested)]


def build_probe(
    probe: Probe, settings: dict[str, Any], name: str = NAME, *, by_one_statement: bool = False
) -> Service:
    """Build the service around a probe; its name is its consumer group's too."""
    service, probe.name = Service(name, ServiceSettings(**settings)), name
    if by_one_statement:
        effect = OneStatement(probe.echo_by_one_statement)
        service.hears_all([OrderReceived, OrderCancelled], effect)
    else:
        service.hears(OrderReceived, probe.echo)
        service.hears(OrderCancelled, probe.echo)
    service.says(StorefrontUpdateRequested)
    return service


@dataclass(frozen=True, slots=True)
class SetAside:
    """A dead letter as a person sees it."""

    event_id: str
    reason: str
    attempts: int
    value: bytes


class ProbeDriver(Driver):
    """Drives the probe, and looks at what it set aside."""

    def __init__(self, service: Service, http: httpx.AsyncClient) -> None:
        super().__init__(service, http)
        self.news: list[Event] = []
        """What was said of letters so far; `says` gives what the handlers said."""

    async def says(self) -> list[Event]:
        """Give what the handlers said since the last time, in order."""
        said = await super().says()
        self.news += [event for event in said if isinstance(event, NEWS + FAILURES)]
        return [event for event in said if not isinstance(event, NEWS + FAILURES)]

    async def tells(self) -> list[Event]:
        """Give what was said of letters since the last time, in order."""
        await self.says()
        told, self.news = self.news, []
        return told

    async def sets_aside(self) -> list[SetAside]:
        """Give what lies set aside, oldest first."""
        async with self.service.database.transaction() as transaction:
            rows = await transaction.fetch(
                "SELECT event_id, reason, attempts, value FROM dead_letter ORDER BY id"
            )
        return [SetAside(**row) for row in rows]

    async def sets_aside_ids(self) -> list[str]:
        """Give the ids of the events that lie set aside, oldest first."""
        return [letter.event_id for letter in await self.sets_aside()]

    async def warns(self) -> list[Message]:
        """Give what is to be told on the topics of dead letters."""
        async with self.service.database.transaction() as transaction:
            rows = await transaction.fetch(
                """
                SELECT topic, key, headers, value
                FROM outbox
                WHERE topic LIKE '%-dlt'
                ORDER BY id
                """
            )
        return [
            Message(row["topic"], row["key"], tuple(from_json(row["headers"])), row["value"])
            for row in rows
        ]

    async def asks_to_replay(self, key: str) -> None:
        """Ask, as a person would, for one order's letters to be applied again."""
        await ask_to_replay(self.service, key)

    async def replays(self) -> bool:
        """Let the service replay one order; False when none was asked for."""
        return await self.service.consumer.replay_next()


async def ask_to_replay(service: Service, key: str) -> None:
    """Ask for one order's letters to be applied again."""
    async with service.database.transaction() as transaction:
        await dead_letters.request_replay(transaction, key)
