"""What fulfillment does when an order may be at the provider, and things have changed since."""

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import Event, FulfillmentRefused, FulfillmentStarted
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    is_settled,
    is_told,
    state,
)
from tests.support.events import ADDRESS, order_approved, order_cancelled, order_id
from tests.support.service import Driver, driving

TEE_WHITE_L = "347bd88e-aee7-554a-beea-ddac67b56714"
FOUND = {"order": {"id": "cf-1", "external_order_id": order_id()}}
NOT_FOUND = JSONResponse({"code": "not_found"}, status_code=404)
IN_TROUBLE = JSONResponse({}, status_code=502)
ADDRESS_38 = ADDRESS.model_copy(update={"line1": "1234 Northwest Analytical Engineers Way"})


async def test_an_address_that_is_refused_by_now_is_looked_up_first(
    settings: Settings, completeful: Completeful
) -> None:
    await completeful.goes_wrong("lost_answer")
    async with driving(build_app(wide(settings))) as before:
        await before.hears(completeful_product(), order_approved(shipping_address=ADDRESS_38))
        await before.does("place")

    async with driving(build_app(narrow(settings))) as after:
        await after.does_all("place")
        [said] = await after.says()

    [order] = await completeful.orders()
    assert isinstance(said, FulfillmentStarted)
    assert said.provider_order_id == order["id"]


async def test_an_address_that_is_refused_by_now_is_told_of_once_nothing_can_be_there(
    settings: Settings, completeful: Completeful
) -> None:
    await completeful.goes_wrong("error")
    async with driving(build_app(wide(settings))) as before:
        await before.hears(completeful_product(), order_approved(shipping_address=ADDRESS_38))
        await before.does("place")

    async with driving(build_app(narrow(settings))) as after:
        said = await everything_said(after)

    [refused] = said
    assert isinstance(refused, FulfillmentRefused)
    assert (refused.code, await completeful.orders()) == ("address_too_long", [])


async def test_a_product_that_is_gone_by_now_is_looked_up_first(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("lost_answer")
    await fulfillment.hears(order_approved())
    await fulfillment.does("place")
    async with fulfillment.service.database.transaction() as transaction:
        await transaction.execute("DELETE FROM product")

    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    [said] = await fulfillment.says()
    assert isinstance(said, FulfillmentStarted)
    assert said.provider_order_id == order["id"]


async def test_a_product_changed_between_attempts_makes_no_second_order(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("lost_answer")
    await fulfillment.hears(order_approved())
    await fulfillment.does("place")

    await fulfillment.hears(another_variant())
    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    [said] = await fulfillment.says()
    assert isinstance(said, FulfillmentStarted)
    assert (said.provider_order_id, order["creations"]) == (order["id"], 1)


async def test_a_product_changed_while_a_request_is_on_its_way_makes_no_second_order(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.05})
    await die_on_the_way(hasty, completeful, seconds=0.5)

    async with driving(build_app(hasty)) as heir:
        await heir.hears(another_variant())
        await until(lambda: heir.does("place"))
        await until(lambda: is_asked_twice(completeful))
        [said] = await heir.says()

    [order] = await completeful.orders()
    assert isinstance(said, FulfillmentStarted)
    assert said.provider_order_id == order["id"]


async def test_a_cancelled_order_that_is_still_on_its_way_there_is_waited_for(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.05, "timeout_seconds": 2})
    await die_on_the_way(hasty, completeful, seconds=0.6)

    async with driving(build_app(hasty)) as heir:
        await heir.hears(order_cancelled())
        await until(lambda: heir.does("place"))
        await until(lambda: is_settled(heir))
        found = await state(heir)

    [order] = await completeful.orders()
    assert found["provider_order_id"] == order["id"]


async def test_news_of_an_order_that_was_cancelled_here_has_it_looked_up(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.05, "timeout_seconds": 0.1})
    await die_on_the_way(hasty, completeful, seconds=1)

    async with driving(build_app(hasty)) as heir:
        await heir.hears(order_cancelled())
        await until(lambda: heir.does("place"))
        await until(lambda: is_settled(heir))
        forgotten = (await state(heir))["status"]
        await until(lambda: has_orders(completeful))
        await is_told(heir)
        await heir.does_all("place")
        found = await state(heir)

    [order] = await completeful.orders()
    assert (forgotten, found["status"]) == ("cancelled", "placed")
    assert found["provider_order_id"] == order["id"]


async def test_news_of_an_order_that_was_never_sent_changes_nothing(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved(), order_cancelled())
    await fulfillment.does_all("place")

    await is_told(fulfillment)

    assert not await fulfillment.does("place")
    assert (await state(fulfillment))["status"] == "cancelled"


async def test_a_lookup_that_is_refused_ends_nothing(settings: Settings) -> None:
    refused = JSONResponse({"code": "bad_request"}, status_code=400)

    said = await said_of(settings, [IN_TROUBLE], [refused, JSONResponse(FOUND)])

    assert said == [FulfillmentStarted]


async def test_a_conflict_with_a_request_that_is_still_at_work_is_no_refusal(
    settings: Settings,
) -> None:
    at_work = JSONResponse({"code": "request_in_progress"}, status_code=409)
    lookups = [NOT_FOUND, NOT_FOUND, JSONResponse(FOUND)]

    said = await said_of(settings, [IN_TROUBLE, at_work], lookups)

    assert said == [FulfillmentStarted]


async def test_a_doubt_outlasts_an_attempt_that_was_not_even_heard(settings: Settings) -> None:
    slow_down = JSONResponse({}, status_code=429, headers={"Retry-After": "0"})
    refused = JSONResponse({"code": "address_refused"}, status_code=422)
    lookups = [NOT_FOUND, JSONResponse(FOUND)]

    said = await said_of(settings, [IN_TROUBLE, slow_down, refused], lookups)

    assert said == [FulfillmentStarted]


def wide(settings: Settings) -> Settings:
    """Give settings by which a long street can be shipped to."""
    return settings.model_copy(update={"address_line_max": 40})


def narrow(settings: Settings) -> Settings:
    """Give settings by which it cannot, and that wait but a blink for an earlier request."""
    return settings.model_copy(update={"address_line_max": 10, "timeout_seconds": 0.3})


def another_variant() -> Event:
    """Publish the product anew with another variant of the provider's behind the same of ours."""
    product = completeful_product(revision=2)
    variant = product.variants[0].model_copy(update={"provider_variant_id": TEE_WHITE_L})
    return product.model_copy(update={"variants": (variant,)})


async def die_on_the_way(settings: Settings, completeful: Completeful, *, seconds: float) -> None:
    """Have a process die while its request is at work at the provider, for so long."""
    await completeful.goes_wrong("slow", seconds=seconds)
    async with driving(build_app(settings)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        attempt = asyncio.create_task(fulfillment.does("place"))
        await until(completeful.is_well)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)


async def has_orders(completeful: Completeful) -> bool:
    """Tell whether anything has been ordered."""
    return bool(await completeful.orders())


async def is_asked_twice(completeful: Completeful) -> bool:
    """Tell whether the order was asked for by two requests."""
    return any(order["creations"] > 1 for order in await completeful.orders())


async def everything_said(fulfillment: Driver) -> list[Event]:
    """Let the order come to an end, and give what was said."""
    await until(lambda: is_settled(fulfillment))
    return await fulfillment.says()


async def said_of(
    settings: Settings, posts: Sequence[Response], lookups: Sequence[Response]
) -> list[type[Event]]:
    """Have an order placed with a provider that answers so; gives what is said of it."""
    answers = {"POST": iter(posts), "GET": iter(lookups)}

    async def answer(request: Request) -> Response:
        return next(answers[request.method])

    both = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    async with serve_app(Starlette(routes=both)) as url:
        elsewhere = settings.model_copy(update={"completeful_url": url, "timeout_seconds": 2})
        async with driving(build_app(elsewhere)) as fulfillment:
            await fulfillment.hears(completeful_product(), order_approved())
            return [type(event) for event in await everything_said(fulfillment)]
