"""What the pool promises to whoever uses a connection next."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.chaos.proxy import Proxy
from shared import inbox
from shared.database import GIVE_UP_SECONDS, Database, Transaction
from shared.database_errors import PASSING
from tests.support.events import order_received
from tests.support.probe import NAME, ProbeDriver, heard


async def test_what_a_transaction_sets_ends_with_it(service: ProbeDriver) -> None:
    database = service.service.database
    async with database.transaction() as transaction:
        before = await transaction.fetchval("SHOW work_mem")
        await transaction.execute("SET LOCAL work_mem = '3MB'")

    async with database.transaction() as transaction:
        assert await transaction.fetchval("SHOW work_mem") == before


async def test_a_transaction_given_up_keeps_no_lock(service: ProbeDriver) -> None:
    database = service.service.database
    entered = asyncio.Event()

    async def lock_for_ever() -> None:
        async with database.transaction() as transaction:
            await transaction.execute("LOCK TABLE outbox")
            entered.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(lock_for_ever())
    await entered.wait()
    holder.cancel()
    await asyncio.gather(holder, return_exceptions=True)

    async with database.transaction() as transaction:
        await transaction.execute("LOCK TABLE outbox NOWAIT")


async def test_a_statement_alone_is_kept_and_wakes(service: ProbeDriver) -> None:
    database = service.service.database
    signal, unsubscribe = database.subscribe("work")

    async with database.statement() as statement:
        statement.wake("work")
        await statement.execute("INSERT INTO inbox (event_id) VALUES (gen_random_uuid())")

    async with database.transaction() as transaction:
        assert await transaction.fetchval("SELECT count(*) FROM inbox") == 1
    assert signal.is_set()
    unsubscribe()


async def test_a_second_statement_is_refused(service: ProbeDriver) -> None:
    async with service.service.database.statement() as statement:
        await statement.fetchval("SELECT 1")
        with pytest.raises(RuntimeError, match="needs a transaction"):
            await statement.fetchval("SELECT 2")


async def test_what_is_to_follow_a_commit_follows_no_rollback(service: ProbeDriver) -> None:
    database, done = service.service.database, list[str]()

    async def fail(transaction: Transaction) -> None:
        async with transaction.savepoint():
            transaction.after_commit(lambda: done.append("undone"))
            await transaction.execute("SELECT 1 / 0")

    async with database.transaction() as transaction:
        transaction.after_commit(lambda: done.append("kept"))
        with pytest.raises(asyncpg.DivisionByZeroError):
            await fail(transaction)
        assert done == []

    assert done == ["kept"]


def by_way_of(way: Proxy, url: SplitResult) -> str:
    here = url.netloc.replace(f"{url.hostname}:{url.port}", f"127.0.0.1:{way.port}")
    return urlunsplit(url._replace(netloc=here))


async def test_nobody_who_gives_up_waits_for_a_frozen_database(
    own: Callable[[str], dict[str, Any]],
) -> None:
    url = urlsplit(own(NAME)["database_url"])
    way = Proxy([url.port or 0])
    await way.open()
    try:
        database = Database(by_way_of(way, url), NAME)
        await database.open()

        async def ask() -> None:
            async with database.transaction() as transaction, transaction.savepoint():
                await transaction.fetchval("SELECT 1")

        async def ask_alone() -> None:
            async with database.statement() as statement:
                await statement.fetchval("SELECT 1")

        async def lie_idle() -> None:
            async with database.transaction():
                await asyncio.Event().wait()

        idle = asyncio.create_task(lie_idle())
        await asyncio.gather(ask(), ask_alone())
        way.hold()
        asking = [idle, asyncio.create_task(ask()), asyncio.create_task(ask_alone())]
        await asyncio.wait(asking, timeout=0.1)
        for each in asking:
            each.cancel()

        done, _ = await asyncio.wait(asking, timeout=3 * GIVE_UP_SECONDS)

        assert [each.cancelled() for each in done] == [True, True, True]
        way.mend()
        await ask()
        await database.close()
    finally:
        await way.close()


async def test_a_transaction_of_a_process_that_stands_still_is_ended(
    service: ProbeDriver, own: Callable[[str], dict[str, Any]]
) -> None:
    event = order_received()
    frozen = Database(str(own(NAME)["database_url"]), NAME)
    frozen.silent_seconds_max = 1.0
    await frozen.open()

    async def stand_still() -> None:
        async with frozen.transaction() as transaction:
            await inbox.claim(transaction, {event.event_id: event.key})
            async with asyncio.timeout(60):
                await service.hears(event)
            await transaction.fetchval("SELECT 1")

    with pytest.raises(PASSING):
        await stand_still()

    assert heard(await service.says()) == [event.event_id]
    await frozen.close()
