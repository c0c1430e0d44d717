"""Orders that no webhook told of: found by asking the sandbox's storefront, over real HTTP."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from deploy.sandbox.storefront import app as sandbox
from deploy.sandbox.storefront.settings import Settings as SandboxSettings
from services.ingest.app import build_app
from services.ingest.settings import Settings
from shared.events import Event, FailureFound, OrderCancelled, OrderChanged, OrderReceived
from tests.contract.sandbox.world import PRODUCTS, TOKEN, serve_app
from tests.integration.ingest.calling import kinds, post
from tests.support.events import SHOP
from tests.support.service import Driver, driving
from tests.support.shopify import SECRET, webhook

TEE = 9101
ANSWERS = [{"name": "Name", "value": "Ada"}, {"name": "Photo", "value": "photo:cat"}]
ENDLESS = 1e6
"""Seconds after which nothing is due within a test."""

Json = dict[str, Any]


class Store:
    """The sandbox, whose webhooks nobody hears."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def sells(self, **changes: Any) -> str:
        """Have a shopper order; give the order's id."""
        order = {"line_items": [{"variant_id": TEE, "properties": ANSWERS}]} | changes
        answer = await self.http.post("/sandbox/orders", json=order)
        found: str = answer.raise_for_status().json()["orders"][0]["id"]
        return found

    async def does(self, order: str, what: str, **how: Any) -> None:
        answer = await self.http.post(f"/sandbox/orders/{order}/{what}", json=how)
        answer.raise_for_status()

    async def body_of(self, order: str) -> Json:
        """Give the order as its webhooks show it."""
        found: Json = (await self.http.get(f"/sandbox/orders/{order}")).json()["order"]
        return found


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    settings = SandboxSettings(
        access_token=SecretStr(TOKEN),
        webhook_secret=SecretStr(SECRET),
        webhook_url="http://127.0.0.1:9/webhooks",
        public_url="http://store.example",
        shop_domain=SHOP,
        retry_seconds=3600,
        bucket_size=100_000,
    )
    async with (
        serve_app(sandbox.build_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        (await http.put("/sandbox/products", json=PRODUCTS)).raise_for_status()
        yield Store(http)


@pytest.fixture
def told(own: Callable[[str], Json], store: Store) -> Json:
    """Give what an ingest is told that takes what webhooks have not told at once."""
    return own("ingest") | {
        "shops": (SHOP,),
        "shopify_secrets": (SECRET,),
        "api_key": "key",
        "payload_key": "signs payloads",
        "stores": {SHOP: {"token": TOKEN, "url": str(store.http.base_url)}},
        "reconcile_seconds": ENDLESS,
        "webhook_due_seconds": 0,
    }


@pytest.fixture
async def ingest(told: Json) -> AsyncIterator[Driver]:
    """Give ingest, which has looked at the store once before anything was sold."""
    async with driving(build_app(Settings(**told))) as driver:
        await driver.does("reconcile")
        yield driver


async def is_due(ingest: Driver) -> None:
    """Let the time pass after which the store is asked again."""
    async with ingest.service.database.transaction() as transaction:
        await transaction.execute("UPDATE reconciliation SET next_at = now()")


async def asks(ingest: Driver) -> list[Event]:
    """Have the store be asked; give what is said then."""
    await is_due(ingest)
    assert await ingest.does("reconcile")
    return await ingest.says()


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

    async with ingest.service.database.transaction() as transaction:
        await transaction.execute("DELETE FROM known_order")
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
    await store.sells()
    async with ingest_at(told) as ingest:
        assert not await ingest.does("reconcile")
        async with ingest.service.database.transaction() as transaction:
            moved = "UPDATE reconciliation SET read_until = read_until + interval '1 second'"
            await transaction.execute(moved)

        assert await asks(ingest) == []


async def test_a_change_is_left_to_its_webhook_for_a_while(told: Json, store: Store) -> None:
    async with ingest_at(told | {"webhook_due_seconds": ENDLESS}) as ingest:
        await ingest.does("reconcile")
        await store.sells()

        assert await asks(ingest) == []


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
        await ingest.does("reconcile")
        await store.sells()
        assert await asks(ingest) == []

        ready = (await ingest.http.get("/health/ready")).json()

    assert ready["parts"]["reconciliation"].startswith(f"{SHOP}: Shopify denies us access")
    async with ingest_at(told) as ingest:
        assert kinds(await asks(ingest)) == [OrderReceived]


async def test_a_trouble_in_the_middle_loses_nothing(ingest: Driver, store: Store) -> None:
    orders = [await store.sells() for _ in range(12)]
    fault = {"fault": "error", "match": '"after":"'}
    (await store.http.post("/sandbox/faults", json=fault)).raise_for_status()

    first = await asks(ingest)
    second = await asks(ingest)

    assert len(first) == 10
    assert len({event.key for event in first + second}) == len(orders)


async def test_two_processes_do_not_ask_at_once(ingest: Driver, told: Json) -> None:
    async with ingest_at(told) as other:
        await is_due(ingest)

        assert await other.does("reconcile")
        assert not await ingest.does("reconcile")


def test_a_store_must_be_one_of_the_shops(told: Json) -> None:
    with pytest.raises(ValidationError, match="not among the shops: else"):
        Settings(**told | {"stores": {"else.example": {"token": "t"}}})


def ingest_at(told: Json) -> Any:
    return driving(build_app(Settings(**told)))


def missed(ingest: Driver) -> float:
    found = ingest.service.metrics.registry.get_sample_value("platen_webhooks_missed_total")
    assert found is not None
    return found
