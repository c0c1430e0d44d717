"""What the pool promises to whoever uses a connection next."""

import asyncio

import asyncpg
import pytest

from shared.database import Transaction
from tests.support.probe import ProbeDriver


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
