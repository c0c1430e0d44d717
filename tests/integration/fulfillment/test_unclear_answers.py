"""What fulfillment does when it cannot know whether an order was placed."""

import asyncio

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import FulfillmentStarted
from shared.patience import until
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    state,
)
from tests.support.events import order_approved, order_id
from tests.support.service import Driver, driving


@pytest.mark.parametrize("fault", ["lost_answer", "timeout", "error"])
async def test_no_answer_never_makes_a_second_order(
    fulfillment: Driver, completeful: Completeful, fault: str
) -> None:
    await completeful.goes_wrong(fault, seconds=0.2)
    await fulfillment.hears(order_approved())

    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    [started] = await fulfillment.says()
    assert isinstance(started, FulfillmentStarted)
    assert (started.provider_order_id, order["creations"]) == (order["id"], 1)


async def test_a_lookup_without_an_answer_is_asked_again_before_anything_is_sent(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("lost_answer")
    await completeful.goes_wrong("error", match="/orders/lookup/", count=2)
    await fulfillment.hears(order_approved())

    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    assert order["creations"] == 1


@pytest.mark.parametrize("fault", ["slow", "timeout"])
async def test_a_process_that_dies_while_it_waits_is_taken_over(
    settings: Settings, completeful: Completeful, fault: str
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.1})
    await completeful.goes_wrong(fault, seconds=0.3)
    async with driving(build_app(hasty)) as dying:
        await dying.hears(completeful_product(), order_approved())
        attempt = asyncio.create_task(dying.does("place"))
        await until(completeful.is_well)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)

    async with driving(build_app(hasty)) as heir:
        await until(lambda: heir.does("place"))
        [started] = await heir.says()
        assert isinstance(started, FulfillmentStarted)
        assert (await state(heir))["attempts"] == 2

    [order] = await completeful.orders()
    assert started.provider_order_id == order["id"]


async def test_an_order_stays_ours_while_the_provider_takes_its_time(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.2})
    await completeful.goes_wrong("slow", seconds=0.7)
    async with driving(build_app(hasty)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        attempt = asyncio.create_task(fulfillment.does("place"))
        await until(completeful.is_well)
        stolen = 0
        while not attempt.done():
            stolen += await fulfillment.does("place")

    assert stolen == 0


async def test_an_order_that_is_there_under_another_body_is_taken_as_ours(
    fulfillment: Driver, completeful: Completeful, files_url: str
) -> None:
    there = await completeful.orders_one(
        order_id(), key=f"{order_id()}.1.1", file=f"{files_url}/files/x"
    )

    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    [started] = await fulfillment.says()
    assert isinstance(started, FulfillmentStarted)
    assert started.provider_order_id == there
