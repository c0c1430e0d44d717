"""Fulfillment at work, with Completeful's own webhooks coming in over HTTP."""

import asyncio

from services.fulfillment.settings import Settings
from shared.events import ChargeRecorded, Event, FulfillmentStarted, Shipped
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import LIVE_KEY, SECRET, SHOP_ID, Completeful
from tests.support.events import order_approved
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
