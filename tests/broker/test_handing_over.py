"""What a service promises by one statement reaches a real broker, whoever publishes it."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import asyncpg
import pytest

from shared import handing, promised
from shared.handing import Promise
from shared.pooling import Connection
from shared.service import Service
from tests.broker.member import leads
from tests.broker.stream import Stream, by_order, comes_true
from tests.support.events import order_received
from tests.support.probe import NAME, Probe, build_probe

BURST = 150


@pytest.fixture
def build_quick(own: Callable[[str], dict[str, Any]], name: str) -> Callable[[], Service]:
    """Give how a member is built that says things back by the statement that claims them."""
    return lambda: build_probe(Probe(), own(NAME), name, by_one_statement=True)


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Give a superuser's connection."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_what_was_handed_is_read_by_no_look(
    stream: Stream, build_quick: Callable[[], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.POLL_SECONDS", 600.0)
    service, read = build_quick(), list[int]()
    read_promises = promised.read_promises

    async def note_and_read(connection: Connection, ids: Sequence[int]) -> list[Promise]:
        read.extend(ids)
        return await read_promises(connection, ids)

    first, *others = [order_received(str(number)) for number in range(4)]
    async with service.running():
        await stream.publish(first)
        await stream.has(first)
        monkeypatch.setattr("shared.promised.read_promises", note_and_read)
        service.database.when_fired(handing.SIGNAL, service.database.handing.look)
        for event in others:
            await stream.publish(event)
            await stream.has(event)

    assert read == []


async def test_bursts_are_said_in_order_while_the_lead_is_lost_and_won(
    stream: Stream,
    build_quick: Callable[[], Service],
    admin: "asyncpg.Connection[asyncpg.Record]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.handing.OWN_MAX", 40)
    monkeypatch.setattr("shared.relay.BATCH_MAX", 30)
    first, second = build_quick(), build_quick()
    events = [order_received(str(number % 20)) for number in range(6 * BURST)]
    async with first.running(), second.running():
        await comes_true(lambda: leads(first) or leads(second))
        for start in range(0, len(events), BURST):
            await stream.publish(*events[start : start + BURST])
            await stream.has(events[start])
            await cut_the_leaders_connection(admin)
        await stream.has(*events)

    assert stream.heard() == by_order(events)


async def cut_the_leaders_connection(admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Have Postgres end the connection that holds the right to relay."""
    await admin.fetch(
        """
        SELECT pg_terminate_backend(pid)
        FROM pg_locks
        JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND granted
        """
    )
