"""What fulfillment makes of a provider that gives one odd answer after another."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import Event, FulfillmentStarted
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import completeful_product, everything_said
from tests.support.events import order_approved, order_id
from tests.support.service import driving

FOUND = {"order": {"id": "cf-1", "external_order_id": order_id()}}
NOT_FOUND = JSONResponse({"code": "not_found"}, status_code=404)
IN_TROUBLE = JSONResponse({}, status_code=502)


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
