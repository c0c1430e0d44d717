"""What fulfillment says when a quote is refused or does not come."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.domain.quoting import FAILURES_MAX
from services.fulfillment.settings import Settings
from shared.events import Address, QuoteRefused
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    place,
    state,
)
from tests.integration.fulfillment.quoting import quoted, ready, received
from tests.support.service import Driver, driving


async def test_a_refused_quote_says_why_and_blocks_nothing(
    fulfillment: Driver, completeful: Completeful
) -> None:
    variant = completeful_product().variants[0]
    strange = variant.model_copy(update={"provider_variant_id": variant.variant_id})
    await fulfillment.hears(completeful_product(revision=2, variants=(strange,)))
    await fulfillment.hears(received(), ready())

    [said] = await quoted(fulfillment)
    await fulfillment.hears(completeful_product(revision=3))
    await place(fulfillment)

    assert isinstance(said, QuoteRefused)
    assert "Correct line_items[0].variant_id" in said.reason
    assert (await state(fulfillment))["status"] == "placed"
    assert len(await completeful.orders()) == 1


async def test_an_address_that_cannot_be_mailed_to_is_said(fulfillment: Driver) -> None:
    incomplete = Address(name="Ada", line1="12 Analytical Way", city="Austin", country="US")
    await fulfillment.hears(received(shipping_address=incomplete), ready())

    [said] = await quoted(fulfillment)

    assert isinstance(said, QuoteRefused)
    assert (said.code, said.reason) == (
        "address_incomplete",
        "the address in US has no postal code",
    )


async def test_a_quote_that_never_comes_is_given_up_with_a_reason(
    settings: Settings, fulfillment: Driver
) -> None:
    asked: list[str] = []

    async def be_odd(request: Request) -> JSONResponse:
        asked.append(request.url.path)
        return JSONResponse({"quote": {"currency": "USD"}})

    app = Starlette(routes=[Route("/{path:path}", be_odd, methods=["POST"])])
    async with serve_app(app) as url:
        elsewhere = settings.model_copy(update={"completeful_url": url})
        async with driving(build_app(elsewhere)) as driver:
            await driver.hears(received(), ready())

            [said] = await quoted(driver)

    assert isinstance(said, QuoteRefused)
    assert (said.code, len(asked)) == ("unavailable", FAILURES_MAX)
    assert "no quote with a price" in said.reason


async def test_a_failing_quote_holds_no_placing_up(
    settings: Settings, fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("rate_limit", match="quote", seconds=60)
    await fulfillment.hears(received(), ready())
    await fulfillment.does_all("quote")

    await place(fulfillment)

    assert (await state(fulfillment))["status"] == "placed"
    assert not await fulfillment.does("quote")
