"""What is asked for is found, and said once, whatever store, clocks, budget and processes do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from asyncpg import UndefinedTableError

from services.ingest.domain import order_id_of
from services.ingest.shopify.admin import THROTTLED_MAX
from shared.events import FailureFound, OrderChanged, OrderReceived
from tests.contract.sandbox.world import TOKEN
from tests.integration.ingest.asking import (
    ENDLESS,
    RECONCILE,
    Json,
    Store,
    asks,
    has,
    ingest_at,
    is_due,
    missed,
    open_store,
)
from tests.integration.ingest.calling import kinds, post
from tests.support.events import SHOP
from tests.support.service import Driver
from tests.support.shopify import webhook

AGES_AGO = "UPDATE reconciliation SET read_until = now() - interval '1 day'"
HOUR = timedelta(hours=1)


@pytest.fixture
async def ingest(told: Json) -> AsyncIterator[Driver]:
    """Give ingest, which has read the store's orders of all but the last day."""
    async with ingest_at(told) as driver:
        await driver.does(RECONCILE)
        await has(driver, AGES_AGO)
        yield driver


async def test_an_order_that_changes_meanwhile_hides_none_behind_it(
    told: Json, store: Store
) -> None:
    orders = [await store.sells() for _ in range(12)]
    for order in orders[1:]:
        store.dates(order, HOUR)
    store.dates(orders[0], timedelta(0), found=2 * HOUR)
    async with ingest_at(told | {"webhook_due_seconds": 60}) as ingest:
        await ingest.does(RECONCILE)
        await has(ingest, AGES_AGO)

        said = await asks(ingest)

    assert kinds(said) == [OrderReceived] * 11


async def test_what_a_store_gives_without_being_asked_is_left_alone(
    ingest: Driver, store: Store
) -> None:
    store.dates(await store.sells(), 48 * HOUR, found=HOUR)

    assert await asks(ingest) == []


async def test_a_store_whose_clock_is_behind_ours_is_read_by_its_own(
    ingest: Driver, store: Store
) -> None:
    assert await asks(ingest) == []
    store.dates(await store.sells(), HOUR)

    assert kinds(await asks(ingest)) == [OrderReceived]


async def test_a_trouble_after_an_order_that_is_newer_than_its_place_loses_nothing(
    ingest: Driver, store: Store
) -> None:
    orders = [await store.sells() for _ in range(12)]
    for order in orders[:9]:
        store.dates(order, 3 * HOUR)
    store.dates(orders[9], timedelta(0), found=2 * HOUR)
    for order in orders[10:]:
        store.dates(order, HOUR)
    await store.fails("error", match='"after":"')

    said = [*await asks(ingest), *await asks(ingest)]

    assert kinds(said) == [OrderReceived] * 12


async def test_a_spent_budget_is_waited_for_in_the_middle(told: Json, tmp_path: Path) -> None:
    async with (
        open_store(tmp_path / "poor", bucket_size=400, restore_rate=400) as store,
        ingest_at(
            told | {"stores": {SHOP: {"token": TOKEN, "url": str(store.http.base_url)}}}
        ) as ingest,
    ):
        await ingest.does(RECONCILE)
        await has(ingest, AGES_AGO)
        for _ in range(4):
            await store.http.post("/sandbox/orders", json={"count": 10, "seed": 1})
        await store.fails("throttle", match="ReadChanged")

        said = await asks(ingest)

    assert kinds(said) == [OrderReceived] * 40


async def test_a_budget_that_others_spend_again_and_again_is_told(
    ingest: Driver, store: Store
) -> None:
    await store.sells()
    await store.fails("throttle", count=THROTTLED_MAX)

    assert await asks(ingest) == []
    assert await reconciliation(ingest) == f"{SHOP}: Shopify asks us to slow down"

    assert kinds(await asks(ingest)) == [OrderReceived]
    assert await reconciliation(ingest) == "ok"


async def test_a_payment_in_the_second_of_its_order_is_found(ingest: Driver, store: Store) -> None:
    body = await store.body_of(await store.sells())
    await post(ingest, webhook(body | {"financial_status": "pending"}))
    assert kinds(await ingest.says()) == [OrderReceived]

    [event] = await asks(ingest)

    assert isinstance(event, OrderChanged)
    assert event.is_paid


async def test_a_new_version_that_changes_nothing_is_no_change(
    ingest: Driver, store: Store
) -> None:
    body = await store.body_of(await store.sells())
    await post(ingest, webhook(body | {"updated_at": "2020-01-01T00:00:00Z"}))
    assert kinds(await ingest.says()) == [OrderReceived]

    assert await asks(ingest) == []
    assert missed(ingest) == 0


async def test_a_webhook_that_comes_late_says_the_same_in_its_own_words(
    ingest: Driver, store: Store
) -> None:
    order = await store.sells()
    assert kinds(await asks(ingest)) == [OrderReceived]

    await post(ingest, webhook(await store.body_of(order)))
    await post(ingest, webhook(await store.body_of(order), "orders/paid"))

    assert await ingest.says() == []


async def test_an_order_that_cannot_be_kept_holds_no_other_up(ingest: Driver, store: Store) -> None:
    first, second = await store.sells(), await store.sells()
    await has(
        ingest,
        "ALTER TABLE known_order ADD CONSTRAINT broken "
        f"CHECK (order_id <> '{order_id_of(SHOP, first)}')",
    )

    [event] = await asks(ingest)
    assert await asks(ingest) == []
    await ingest.does_all("tell_unreadable")

    [failure] = [each for each in await ingest.says() if isinstance(each, FailureFound)]
    assert event.key == order_id_of(SHOP, second)
    assert "an error of its own" in failure.reason
    assert missed(ingest) == 2


async def test_a_trouble_ends_for_all_processes_when_one_of_them_could_ask(
    told: Json, store: Store
) -> None:
    wrong = {SHOP: {"token": "revoked", "url": str(store.http.base_url)}}
    async with ingest_at(told | {"stores": wrong}) as one, ingest_at(told) as other:
        await one.does(RECONCILE)
        await asks(one)
        assert SHOP in await reconciliation(other)

        await asks(other)

        assert await reconciliation(one) == "ok"


async def test_a_database_that_lacks_the_table_is_what_is_told(told: Json, store: Store) -> None:
    async with ingest_at(told) as ingest:
        await has(ingest, "DROP TABLE reconciliation")

        assert await reconciliation(ingest) == "ok"
        with pytest.raises(UndefinedTableError):
            await ingest.does(RECONCILE)
        await post(ingest, webhook(await store.body_of(await store.sells())))
        assert kinds(await ingest.says()) == [OrderReceived]


async def test_a_shop_that_is_slow_keeps_no_other_waiting(
    told: Json, store: Store, tmp_path: Path
) -> None:
    slow = "slow.myshopify.com"
    async with open_store(tmp_path / "slow", shop_domain=slow) as elsewhere:
        stores = told["stores"] | {slow: {"token": TOKEN, "url": str(elsewhere.http.base_url)}}
        shops = {"shops": (SHOP, slow), "stores": stores, "timeout_seconds": ENDLESS}
        async with ingest_at(told | shops) as ingest:
            await ingest.does(RECONCILE)
            await ingest.does(f"reconcile {slow}")
            await store.sells()
            await elsewhere.fails("slow", seconds=ENDLESS)
            await is_due(ingest)
            waiting = asyncio.create_task(ingest.does(f"reconcile {slow}"))

            assert await ingest.does(RECONCILE)
            assert kinds(await ingest.says()) == [OrderReceived]

            assert not waiting.done()
            await elsewhere.http.delete("/sandbox/faults")
            assert await waiting


async def reconciliation(ingest: Driver) -> str:
    ready = (await ingest.http.get("/health/ready")).json()
    state: str = ready["parts"]["reconciliation"]
    return state
