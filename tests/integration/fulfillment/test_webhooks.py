"""Completeful's webhooks: which ones fulfillment believes, and what they bring about."""

import asyncio
import re

import pytest

from services.fulfillment.settings import Settings
from shared.events import ChargeRecorded, Event, FulfillmentStarted, Shipped
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    LIVE_KEY,
    SECRET,
    SHOP_ID,
    Completeful,
    is_told,
    place,
    signed,
    webhook,
)
from tests.support.events import order_approved, order_id
from tests.support.service import Driver

TOPICS = ("order:sent-to-production", "order:shipment:created")


async def test_completefuls_own_webhooks_bring_an_order_to_its_end(
    settings: Settings, fulfillment: Driver, completeful: Completeful
) -> None:
    said: list[Event] = []

    async def has_shipped() -> bool:
        said.extend(await fulfillment.says())
        return any(isinstance(event, Shipped) for event in said)

    service = fulfillment.service
    async with serve_app(service.http) as url:
        for topic in TOPICS:
            await completeful.http.post(
                f"/v1/shops/{SHOP_ID}/webhooks",
                json={"url": f"{url}/webhooks/completeful", "topic": topic, "secret": SECRET},
                headers={"Authorization": f"Bearer {LIVE_KEY}"},
            )
        async with asyncio.TaskGroup() as tasks:
            for worker in service.workers.values():
                tasks.create_task(worker.run(service.database, service.metrics))
            await fulfillment.hears(order_approved())
            await until(has_shipped)
            for worker in service.workers.values():
                worker.stop(service.database)

    assert [type(event) for event in said] == [
        FulfillmentStarted,
        ChargeRecorded,
        ChargeRecorded,
        Shipped,
    ]
    assert settings.poll_first_seconds > 60


@pytest.mark.parametrize("secret", [SECRET, "older"])
async def test_a_signed_webhook_makes_the_order_due(fulfillment: Driver, secret: str) -> None:
    await place(fulfillment)
    await fulfillment.does_all("follow")

    answer = await is_told(fulfillment, secret)

    assert answer.json() == {"orders": 1}
    assert await fulfillment.does("follow")


async def test_the_providers_own_id_names_the_order_too(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    [order] = await completeful.orders()

    answer = await is_told(fulfillment, order={"id": order["id"]})

    assert answer.json() == {"orders": 1}


async def test_an_order_that_is_not_ours_is_no_error(fulfillment: Driver) -> None:
    answer = await is_told(fulfillment, order_id="somebody-else's")

    assert (answer.status_code, answer.json()) == (200, {"orders": 0})


async def test_an_unsigned_webhook_changes_nothing(fulfillment: Driver) -> None:
    await place(fulfillment)
    await fulfillment.does_all("follow")

    answer = await is_told(fulfillment, "forged")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert not await fulfillment.does("follow")


async def test_an_old_webhook_is_not_believed_again(fulfillment: Driver) -> None:
    old = webhook(SECRET, {"external_order_id": order_id()}, age=301)

    answer = await fulfillment.http.post("/webhooks/completeful", **old)

    assert answer.status_code == 401


@pytest.mark.parametrize(("age", "when"), [(7200, "seconds ago"), (-7200, "seconds from now")])
async def test_a_clock_that_is_wrong_is_told_from_a_wrong_secret(
    fulfillment: Driver, age: int, when: str
) -> None:
    skewed = webhook(SECRET, {"external_order_id": order_id()}, age=age)

    answer = await fulfillment.http.post("/webhooks/completeful", **skewed)
    forged = await is_told(fulfillment, "forged")

    assert answer.status_code == 401
    assert re.search(rf"7,\d\d\d {when}", answer.json()["detail"])
    assert "another secret" in forged.json()["detail"]


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000])
async def test_a_signed_body_that_is_not_json_is_refused(fulfillment: Driver, body: str) -> None:
    answer = await fulfillment.http.post("/webhooks/completeful", **signed(SECRET, body))

    assert answer.status_code == 400


async def test_a_body_without_end_is_cut_off(fulfillment: Driver) -> None:
    answer = await fulfillment.http.post("/webhooks/completeful", content=b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413
