"""What fulfillment does when it cannot know whether an order was placed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.domain.placing import KEY_KEPT
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements
from shared.events import FulfillmentStarted
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    state,
)
from tests.support.events import order_approved, order_id
from tests.support.service import Driver, driving
from tests.support.taken import readable


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
    await completeful.goes_wrong(fault)
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

    await completeful.goes_on()
    [order] = await completeful.orders()
    assert started.provider_order_id == order["id"]


async def test_an_order_stays_ours_while_the_provider_takes_its_time(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 3})
    await completeful.goes_wrong("slow", seconds=4)
    async with driving(build_app(hasty)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        attempt = asyncio.create_task(fulfillment.does("place"))
        await until(completeful.is_well)
        stolen = 0
        while not attempt.done():
            stolen += await fulfillment.does("place")

    assert stolen == 0


async def test_an_order_that_is_there_under_another_key_is_taken_as_ours(
    settings: Settings,
) -> None:
    async def answer(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse({"code": "order_exists"}, status_code=409)
        return JSONResponse({"order": {"id": "cf-1", "external_order_id": order_id()}})

    both = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    async with serve_app(Starlette(routes=both)) as url:
        elsewhere = settings.model_copy(update={"completeful_url": url})
        async with driving(build_app(elsewhere)) as fulfillment:
            await fulfillment.hears(completeful_product(), order_approved())
            await fulfillment.does_all("place")
            [started] = await fulfillment.says()

    assert isinstance(started, FulfillmentStarted)
    assert started.provider_order_id == "cf-1"


async def test_an_order_that_was_taken_and_left_is_looked_up_before_it_is_sent(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.05})
    async with driving(build_app(hasty)) as dying:
        await dying.hears(completeful_product(), order_approved())
        async with dying.service.database.statement() as transaction:
            [taken] = readable((await placements.lease_due(transaction, 1, timedelta()))[0])
    await completeful.goes_wrong("error", match="/orders/lookup/")

    async with driving(build_app(hasty)) as heir:
        async with asyncio.timeout(60):
            while (found := await state(heir))["status"] == "waiting":
                await heir.does_all("place")

    assert (taken.is_unsure, found["status"], found["attempts"]) == (False, "placed", 3)
    assert await completeful.is_well()


async def test_the_same_body_is_sent_as_long_as_its_key_is_remembered(
    fulfillment: Driver,
) -> None:
    await fulfillment.hears(order_approved())
    database = fulfillment.service.database
    signed = []
    for age in (timedelta(), KEY_KEPT - timedelta(hours=1), KEY_KEPT):
        async with database.transaction() as transaction:
            await transaction.execute(
                "UPDATE placement SET signed_at = signed_at - $1::interval", age
            )
            [taken] = readable((await placements.lease_due(transaction, 1, timedelta()))[0])
        signed.append((datetime.now(UTC) - taken.signed_at) // timedelta(hours=1))

    assert signed == [0, 19, 0]
