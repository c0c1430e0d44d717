"""Orders that no webhook told of: found by asking the sandbox's storefront, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.ingest.settings import Settings
from shared.events import FailureFound, OrderCancelled, OrderChanged, OrderReceived
from tests.integration.ingest.asking import (
    ANSWERS,
    ENDLESS,
    RECONCILE,
    TEE,
    Json,
    Store,
    asks,
    has,
    ingest_at,
    is_due,
    missed,
)
from tests.integration.ingest.calling import kinds, post
from tests.support.events import SHOP
from tests.support.service import Driver
from tests.support.shopify import webhook


@pytest.fixture
async def ingest(told: Json) -> AsyncIterator[Driver]:
    """Give ingest, which has looked at the store once before anything was sold."""
    async with ingest_at(told) as driver:
        await driver.does(RECONCILE)
        yield driver


async def test_an_order_that_no_webhook_told_of_is_received_once(
    ingest: Driver, store: Store
) -> None:
    await store.sells()

    [event] = await asks(ingest)

    assert isinstance(event, OrderReceived)
    assert event.shop == SHOP
    assert event.is_paid
    assert await asks(ingest) == []


@pytest.mark.parametrize(
    "purchase",
    [
        {},
        {"paid": False, "test": True},
        {"shipping_address": None},
        {"shipping_address": {"company": "Engines Ltd", "address2": "Floor 3", "phone": "555"}},
        {"line_items": [{"title": "Made by hand", "price": "7.5", "quantity": 3}]},
        {"line_items": [{"variant_id": TEE, "properties": ANSWERS} for _ in range(25)]},
    ],
)
async def test_what_was_asked_for_is_what_the_webhook_would_have_told(
    ingest: Driver, store: Store, purchase: Json
) -> None:
    order = await store.sells(**purchase)

    [asked] = await asks(ingest)

    await has(ingest, "DELETE FROM known_order")
    await post(ingest, webhook(await store.body_of(order), "orders/create"))
    [heard] = await ingest.says()
    own = {"event_id", "occurred_at"}
    assert isinstance(asked, OrderReceived)
    assert asked.model_dump(exclude=own) == heard.model_dump(exclude=own)


async def test_changes_and_cancellations_that_were_missed_are_told(
    ingest: Driver, store: Store
) -> None:
    order = await store.sells()
    body = await store.body_of(order)
    await post(ingest, webhook(body | {"updated_at": "2020-01-01T00:00:00Z"}))
    assert kinds(await ingest.says()) == [OrderReceived]

    await store.does(order, "edit", email="other@example.com")
    [changed] = await asks(ingest)
    await store.does(order, "cancel")
    said = await asks(ingest)

    assert isinstance(changed, OrderChanged)
    assert changed.shopper.email == "other@example.com"
    assert OrderCancelled in kinds(said)


async def test_what_webhooks_have_told_is_not_told_again(ingest: Driver, store: Store) -> None:
    order = await store.sells()
    body = await store.body_of(order)
    await post(ingest, webhook(body | {"email": "in.other.words@example.com"}))
    assert kinds(await ingest.says()) == [OrderReceived]

    assert await asks(ingest) == []
    assert missed(ingest) == 0


async def test_many_orders_are_read_page_by_page(ingest: Driver, store: Store) -> None:
    orders = [await store.sells() for _ in range(23)]

    said = await asks(ingest)

    assert len(orders) == len({event.key for event in said}) == len(said)
    assert missed(ingest) == len(orders)


async def test_orders_from_before_the_first_look_are_left_alone(told: Json, store: Store) -> None:
    store.dates(await store.sells(), timedelta(seconds=1))
    async with ingest_at(told) as ingest:
        assert not await ingest.does(RECONCILE)

        assert await asks(ingest) == []
        await store.sells()
        assert kinds(await asks(ingest)) == [OrderReceived]


async def test_a_change_is_left_to_its_webhook_for_a_while(told: Json, store: Store) -> None:
    async with ingest_at(told | {"webhook_due_seconds": ENDLESS}) as ingest:
        await ingest.does(RECONCILE)
        await store.sells()

        assert await asks(ingest) == []

    async with ingest_at(told) as ingest:
        assert kinds(await asks(ingest)) == [OrderReceived]


async def test_what_cannot_be_read_is_kept_for_a_person(ingest: Driver, store: Store) -> None:
    order = await store.sells()
    await store.does(order, "edit", email="x" * 2_000_000)

    await asks(ingest)
    await ingest.does_all("tell_unreadable")

    [failure] = [event for event in await ingest.says() if isinstance(event, FailureFound)]
    assert failure.shop == SHOP
    assert "too large" in failure.reason


async def test_a_store_that_denies_us_is_named_and_asked_again(told: Json, store: Store) -> None:
    stores = {SHOP: {"token": "revoked", "url": str(store.http.base_url)}}
    async with ingest_at(told | {"stores": stores}) as ingest:
        await ingest.does(RECONCILE)
        await store.sells()
        assert await asks(ingest) == []

        ready = (await ingest.http.get("/health/ready")).json()

    assert ready["parts"]["reconciliation"].startswith(f"{SHOP}: Shopify denies us access")
    async with ingest_at(told) as ingest:
        assert kinds(await asks(ingest)) == [OrderReceived]


async def test_a_trouble_in_the_middle_loses_nothing(ingest: Driver, store: Store) -> None:
    orders = [await store.sells() for _ in range(12)]
    await store.fails("error", match='"after":"')

    first = await asks(ingest)
    second = await asks(ingest)

    assert len(first) == 10
    assert len({event.key for event in first + second}) == len(orders)


async def test_two_processes_do_not_ask_at_once(ingest: Driver, told: Json) -> None:
    async with ingest_at(told) as other:
        await is_due(ingest)

        assert await other.does(RECONCILE)
        assert not await ingest.does(RECONCILE)


def test_a_store_must_be_one_of_the_shops(told: Json) -> None:
    with pytest.raises(ValidationError, match="not among the shops: else"):
        Settings(**told | {"stores": {"else.example": {"token": "t"}}})
