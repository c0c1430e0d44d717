"""What a statement promises is handed to the relay only where that needs no look at the outbox."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg
import pytest

from shared import outbox, promised
from shared.handing import HANDED_MAX, Handing
from tests.support.events import order_received
from tests.support.probe import ProbeDriver

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LOOKS_UNTIL_PLANNED = 8
"""After five plans Postgres may keep one for good."""


@pytest.fixture
def handing(quick_service: ProbeDriver) -> Handing:
    """Give what a relay has that leads, and has looked at an empty outbox."""
    handing = quick_service.service.database.handing
    handing.begin()
    handing.begin_look()
    handing.end_look([])
    return handing


@pytest.fixture
async def elsewhere(quick_service: ProbeDriver) -> AsyncIterator[Connection]:
    """Give the connection of another process of the service."""
    connection = await quick_service.service.database.connect()
    yield connection
    connection.terminate()


async def promise(elsewhere: Connection, times: int = 1) -> None:
    """Promise something of an order, so many times."""
    await elsewhere.execute(
        """
        INSERT INTO outbox (topic, key, headers, value)
        SELECT 'orders.v1', '1', '[]', '{}'
        FROM generate_series(1, $1)
        """,
        times,
    )


async def test_what_is_alone_in_the_outbox_is_handed_as_it_stands_there(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    await quick_service.hears(order_received("1"), order_received("2"))

    handed = handing.take()
    assert len(handed) == 2
    assert handed == await promised.find_promises(elsewhere, 10)
    assert not handing.must_look


async def test_what_was_handed_before_is_known(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    await quick_service.hears(order_received("1"))
    first = handing.take()

    await quick_service.hears(order_received("2"))

    assert first + handing.take() == await promised.find_promises(elsewhere, 10)


async def test_nothing_is_handed_while_something_else_is_promised(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    told, _ = quick_service.service.database.subscribe(outbox.SIGNAL)
    await promise(elsewhere)

    await quick_service.hears(order_received("1"))

    assert (handing.take(), told.is_set()) == ([], True)


async def test_what_is_promised_while_a_statement_waits_is_seen(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    ours, theirs = order_received("1"), order_received("2")
    async with elsewhere.transaction():
        await elsewhere.execute("INSERT INTO inbox (event_id) VALUES ($1)", theirs.event_id)
        await promise(elsewhere)
        hearing = asyncio.create_task(quick_service.hears(ours, theirs))
        await is_waited_for(elsewhere)
    await hearing

    assert handing.take() == []
    assert len(await promised.find_promises(elsewhere, 10)) == 2


async def is_waited_for(elsewhere: Connection) -> None:
    """Wait until another connection waits for a lock of this one."""
    async with asyncio.timeout(60):
        while not await elsewhere.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))
            )
            """
        ):
            continue


async def test_a_burst_is_looked_for(quick_service: ProbeDriver, handing: Handing) -> None:
    told, _ = quick_service.service.database.subscribe(outbox.SIGNAL)

    await quick_service.hears(*[order_received(str(each)) for each in range(HANDED_MAX + 1)])

    assert (handing.take(), told.is_set()) == ([], True)


async def test_of_a_burst_only_what_others_promised_is_read(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    await quick_service.hears(*[order_received(str(each)) for each in range(HANDED_MAX + 1)])
    await promise(elsewhere)

    read = await promised.find_promises(elsewhere, 100)
    found = await promised.find_promises(elsewhere, 100, (), handing.own)

    assert found == read
    assert [each.id for each in found if handing.own.get(each.id) is not each] == [found[-1].id]


async def test_what_was_found_is_remembered_no_more(
    quick_service: ProbeDriver, handing: Handing, elsewhere: Connection
) -> None:
    await quick_service.hears(*[order_received(str(each)) for each in range(HANDED_MAX + 1)])

    handing.begin_look()
    handing.end_look(await promised.find_promises(elsewhere, HANDED_MAX, (), handing.own))

    assert len(handing.own) == 1


async def test_an_outbox_that_was_empty_once_is_not_read_as_a_whole(
    quick_service: ProbeDriver, elsewhere: Connection
) -> None:
    relays = await promised.connect(quick_service.service.database, 20)
    await elsewhere.execute("VACUUM ANALYZE outbox")

    async with relays.transaction():
        await promised.find_promises(relays, 10)
        by_relay, _ = await count_reads(relays)
    async with elsewhere.transaction():
        await elsewhere.fetchval("SELECT promised_alone('{}', 0)")
        by_statement, _ = await count_reads(elsewhere)

    assert (by_relay, by_statement) == (0, 0)
    await relays.close()


async def test_of_many_that_came_at_once_only_the_oldest_are_read(
    quick_service: ProbeDriver, elsewhere: Connection
) -> None:
    relays = await promised.connect(quick_service.service.database, 20)
    await elsewhere.execute("VACUUM ANALYZE outbox")
    for _ in range(LOOKS_UNTIL_PLANNED):
        await promised.find_promises(relays, 10, [0])
    await promise(elsewhere, 1_000)

    async with relays.transaction():
        found = await promised.find_promises(relays, 10, [0])
        whole, rows = await count_reads(relays)

    assert (len(found), whole) == (10, 0)
    assert rows < 100
    await relays.close()


async def test_no_look_is_compiled_where_postgres_would(
    quick_service: ProbeDriver, elsewhere: Connection, database_url: str
) -> None:
    name = urlsplit(database_url).path.strip("/")
    await elsewhere.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET jit = on")
    other = await quick_service.service.database.connect()
    relays = await promised.connect(quick_service.service.database, 20)

    shown = [await each.fetchval("SHOW jit") for each in (other, relays)]

    assert shown == ["on", "off"]
    other.terminate()
    relays.terminate()


async def count_reads(connection: Connection) -> tuple[int, int]:
    """Count how often this transaction has read the whole outbox, and which rows by an index."""
    row = await connection.fetchrow(
        """
        SELECT seq_scan, idx_tup_fetch
        FROM pg_stat_xact_user_tables
        WHERE schemaname = current_schema() AND relname = 'outbox'
        """
    )
    assert row is not None
    return row["seq_scan"], row["idx_tup_fetch"]


async def test_nothing_is_handed_to_a_relay_that_does_not_lead(
    quick_service: ProbeDriver, handing: Handing
) -> None:
    told, _ = quick_service.service.database.subscribe(outbox.SIGNAL)
    handing.end()

    await quick_service.hears(order_received("1"))

    assert (handing.take(), told.is_set()) == ([], True)
