"""What fulfillment does with what happens at Completeful."""

import asyncio
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.domain.answers import read_order
from services.fulfillment.domain.following import Found
from services.fulfillment.settings import Settings
from services.fulfillment.store import provider_orders
from services.fulfillment.worker.follow import record
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    follow,
    is_told,
    packages,
    place,
)
from tests.support.events import approved_item, order_approved, order_id
from tests.support.service import Driver, driving
from tests.support.taken import readable

TWO_LINES = (approved_item(), approved_item(line_item_id="7002", quantity=2))


async def test_each_package_is_told_once_with_our_lines(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment, items=TWO_LINES)
    await until(completeful.has_shipped)

    said = await follow(fulfillment)
    again = await follow(fulfillment)

    [order] = await completeful.orders()
    shipped = packages(said)
    assert [event.tracking_number for event in shipped] == [
        package["number"] for package in order["shipments"]
    ]
    assert [{item.line_item_id: item.quantity for item in event.items} for event in shipped] == [
        {"7001": 1},
        {"7002": 2},
    ]
    assert again == []


async def test_two_hints_at_once_tell_a_package_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)

    await asyncio.gather(is_told(fulfillment), is_told(fulfillment))
    await asyncio.gather(*(fulfillment.does("follow") for _ in range(3)))

    assert len(packages(await fulfillment.says())) == 1


async def test_polling_finds_what_no_webhook_told(
    settings: Settings, completeful: Completeful
) -> None:
    eager = settings.model_copy(update={"poll_first_seconds": 0.001, "poll_last_seconds": 0.001})
    async with driving(build_app(eager)) as fulfillment:
        await fulfillment.hears(completeful_product())
        await place(fulfillment)
        await until(completeful.has_shipped)

        await fulfillment.does_all("follow")

        assert len(packages(await fulfillment.says())) == 1


async def test_an_order_that_is_over_is_not_polled_any_more(
    settings: Settings, completeful: Completeful
) -> None:
    eager = settings.model_copy(update={"poll_first_seconds": 0.001, "poll_last_seconds": 0.001})
    async with driving(build_app(eager)) as fulfillment:
        await fulfillment.hears(completeful_product())
        await place(fulfillment)
        await until(completeful.has_shipped)
        await fulfillment.does_all("follow")

        answer = await fulfillment.http.get(f"/v1/placements/{order_id()}")

    assert (answer.json()["stage"], answer.json()["is_over"]) == ("shipped", True)


async def test_an_order_whose_news_fail_holds_no_other_up(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved("1001"), order_approved("1002"))
    await fulfillment.does_all("place")
    started = await fulfillment.says()
    first = next(event for event in started if event.key == order_id("1001"))
    await until(completeful.has_shipped)
    await completeful.goes_wrong("error", match=getattr(first, "provider_order_id", ""), count=3)

    await fulfillment.does_all("follow")

    said = packages(await fulfillment.says())
    assert sorted(event.key for event in said) == sorted([order_id("1001"), order_id("1002")])


async def test_a_webhook_while_the_order_is_asked_about_has_it_asked_again_at_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await completeful.goes_wrong("slow", match="GET /v1/shops")
    asking = asyncio.create_task(fulfillment.does("follow"))
    await until(completeful.is_well)
    await is_told(fulfillment)
    signal, unsubscribe = fulfillment.service.database.subscribe(provider_orders.SIGNAL)

    await completeful.goes_on()
    await asking

    unsubscribe()
    assert signal.is_set()
    assert await fulfillment.does("follow")


async def test_a_word_nobody_knows_moves_nothing_and_is_kept(
    settings: Settings, fulfillment: Driver
) -> None:
    await place(fulfillment)

    async def sew(_: Request) -> Response:
        return JSONResponse({"order": {"id": "cf-1", "status": "Sewing", "total": 13.7}})

    async with serve_app(Starlette(routes=[Route("/{path:path}", sew)])) as url:
        elsewhere = settings.model_copy(update={"completeful_url": url})
        async with driving(build_app(elsewhere)) as reader:
            await reader.does_all("follow")
            found = (await reader.http.get(f"/v1/placements/{order_id()}")).json()
            said = await reader.says()

    assert (found["stage"], found["provider_status"]) == ("pending", "Sewing")
    assert (found["total"], said) == ("13.7", [])


async def test_a_limit_is_kept_when_following_too(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await completeful.goes_wrong("rate_limit", match="GET /v1/shops", seconds=60)

    assert await fulfillment.does_all("follow") == 1

    found = (await fulfillment.http.get(f"/v1/placements/{order_id()}")).json()
    assert "slow down" in found["following_reason"]


async def test_an_answer_compared_with_less_than_was_said_is_dropped(
    settings: Settings, fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)
    database = fulfillment.service.database
    async with database.transaction() as transaction:
        [blind] = readable(await provider_orders.lease_due(transaction, 1, timedelta()))
    [order] = await completeful.orders()
    await fulfillment.does_all("follow")
    said = packages(await fulfillment.says())
    async with database.transaction() as transaction:
        await transaction.execute("UPDATE provider_order SET attempts = $1", blind.attempts)

    found = Found(blind, read_order({"id": order["id"], "status": "Cancelled"}), None)
    await record(database, settings, [found])

    answer = await fulfillment.http.get(f"/v1/placements/{order_id()}")
    assert (len(said), answer.json()["stage"]) == (1, "shipped")
    assert await fulfillment.says() == []
