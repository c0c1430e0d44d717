"""Whose turn it is with a connection, and what becomes of one that broke."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from shared.lending import AT_HAND_MAX, Lending, is_open
from shared.patience import until
from tests.support.probe import NAME

CONNECTIONS_MAX = AT_HAND_MAX + 1


@pytest.fixture
async def pool(
    own: Callable[[str], dict[str, Any]],
) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    url = own(NAME)["database_url"]
    pool = await asyncpg.create_pool(url, min_size=1, max_size=CONNECTIONS_MAX)
    yield pool
    pool.terminate()


@pytest.fixture
def lending(pool: "asyncpg.Pool[asyncpg.Record]") -> Lending:
    return Lending(pool)


async def test_the_connection_used_last_is_lent_again(lending: Lending) -> None:
    first = await lending.borrow()
    await lending.give_back(first)

    assert await lending.borrow() is first


async def test_one_that_broke_is_never_lent_again(lending: Lending) -> None:
    broken, other = await lending.borrow(), await lending.borrow()

    async def is_broken() -> bool:
        return not is_open(broken)

    await lending.give_back(broken)
    await other.execute("SELECT pg_terminate_backend($1)", broken.get_server_pid())
    async with asyncio.timeout(60):
        await until(is_broken, every_seconds=0.02)

    lent = [await lending.borrow() for _ in range(CONNECTIONS_MAX - 1)]

    assert [await each.fetchval("SELECT 1") for each in lent] == [1] * len(lent)


async def test_who_waits_is_served_before_one_is_kept(lending: Lending) -> None:
    lent = [await lending.borrow() for _ in range(CONNECTIONS_MAX)]
    waiting = asyncio.create_task(lending.borrow())
    await asyncio.sleep(0)

    await lending.give_back(lent[0])

    async with asyncio.timeout(60):
        assert await (await waiting).fetchval("SELECT 1") == 1


async def test_no_more_than_a_few_stay_at_hand(
    lending: Lending, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    for each in [await lending.borrow() for _ in range(CONNECTIONS_MAX)]:
        await lending.give_back(each)

    assert pool.get_idle_size() == CONNECTIONS_MAX - AT_HAND_MAX


async def test_it_closes_with_connections_at_hand_and_lent(lending: Lending) -> None:
    kept, lent = await lending.borrow(), await lending.borrow()
    await lending.give_back(kept)
    closing = asyncio.create_task(lending.close())
    await asyncio.sleep(0)

    await lending.give_back(lent)

    async with asyncio.timeout(60):
        await closing
