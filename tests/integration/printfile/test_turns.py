"""Whose line is made next: every shop has its turn, and so has every order."""

from collections import Counter
from datetime import timedelta

import pytest

from services.printfile.domain.jobs import Item
from services.printfile.store.leases import lease_due
from services.printfile.store.queueing import queue_items
from shared.database import Database
from shared.effect import OneStatement
from tests.support.events import line_item, order_received
from tests.support.service import Driver
from tests.support.taken import readable

LEASE = timedelta(minutes=1)
READ = """
    SELECT seq_tup_read AS one_after_another, coalesce(idx_tup_fetch, 0) AS by_index
    FROM pg_stat_xact_user_tables
    WHERE relid = 'item'::regclass
"""
"""How many lines this transaction has read."""
LARGE, SMALL = "large.myshopify.com", "small.myshopify.com"


def lines(shop: str, order_id: str, count: int = 1) -> list[Item]:
    return [
        Item(order_id, shop, line_item(line_item_id=f"{order_id}-{place}"), place)
        for place in range(count)
    ]


async def queue(database: Database, *items: Item) -> None:
    told = order_received()
    said = [(told.event_id, item) for item in items]
    handler = OneStatement(lambda _: queue_items(said, None, LEASE))
    async with database.transaction() as transaction:
        await handler(transaction, [told])


async def take(database: Database, limit: int) -> list[Item]:
    async with database.transaction() as transaction:
        return readable(await lease_due(transaction, limit, LEASE))


@pytest.fixture
def database(printfile: Driver) -> Database:
    return printfile.service.database


async def test_one_shops_import_does_not_starve_another_shop(database: Database) -> None:
    imported = [item for order in range(500) for item in lines(LARGE, f"large-{order:03}")]
    await queue(database, *imported)
    await queue(database, *lines(SMALL, "small"))

    taken = Counter(item.shop for item in await take(database, 16))

    assert taken[SMALL] == 1
    assert taken[LARGE] >= 8


async def test_a_shop_alone_has_every_place(database: Database) -> None:
    await queue(database, *(item for order in range(40) for item in lines(LARGE, f"{order:02}")))

    taken = await take(database, 32)

    assert {item.order_id for item in taken} == {f"{order:02}" for order in range(32)}


async def test_many_shops_all_have_their_turn(database: Database) -> None:
    shops = [f"{number:02}.myshopify.com" for number in range(30)]
    await queue(database, *(item for shop in shops for item in lines(shop, shop, 20)))

    taken: list[Item] = []
    for _ in range(4):
        taken += await take(database, 60)

    assert set(Counter(item.shop for item in taken).values()) <= set(range(4, 17))
    assert {item.shop for item in taken} == set(shops)


async def test_an_order_of_many_lines_lets_a_later_order_between(database: Database) -> None:
    await queue(database, *lines(LARGE, "many", 200))
    await queue(database, *lines(LARGE, "single"))

    taken = await take(database, 64)

    assert "single" in {item.order_id for item in taken}


async def test_two_processes_take_different_lines(printfile: Driver, database: Database) -> None:
    await queue(database, *(item for order in range(64) for item in lines(LARGE, f"{order:02}")))

    async with database.transaction() as one, database.transaction() as other:
        first = readable(await lease_due(one, 16, LEASE))
        second = readable(await lease_due(other, 16, LEASE))

    assert len({item.order_id for item in first + second}) == 32


async def test_the_next_lines_are_found_among_very_many_by_reading_few(
    database: Database,
) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(
            """
            INSERT INTO item (order_id, line_item_id, shop, line, fingerprint, turn_at)
            SELECT 'large-' || number, '1', $1, $2, '', now() + number * interval '1 microsecond'
            FROM generate_series(1, 100_000) AS number
            """,
            LARGE,
            line_item().model_dump(mode="json"),
        )
    await queue(database, *lines(SMALL, "small"))

    async with database.transaction() as transaction:
        taken = readable(await lease_due(transaction, 16, LEASE))
        read = await transaction.fetchrow(READ)

    assert SMALL in {item.shop for item in taken}
    assert read is not None
    assert read["one_after_another"] == 0
    assert read["by_index"] < 1_000
