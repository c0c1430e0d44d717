"""What fulfillment says of the money that Completeful takes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import ChargeRecorded, Event, FulfillmentCancelled, Shipped
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import Completeful, follow, place, state
from tests.support.service import Driver, driving


def charges(said: list[Event]) -> list[tuple[str, int]]:
    """Give the kind and the cents of each charge that was said."""
    return [(event.kind, event.amount.minor) for event in said if isinstance(event, ChargeRecorded)]


async def test_what_completeful_charged_is_on_the_ledger_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)

    said = charges(await follow(fulfillment)) + charges(await follow(fulfillment))

    [order] = await completeful.orders()
    charged = [(charge["kind"], round(charge["amount"] * 100)) for charge in order["charges"]]
    assert said == charged == [("product", 895), ("shipping", 475)]


async def test_the_ledger_is_shown_to_who_asks(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)
    await follow(fulfillment)

    found = await state(fulfillment)

    assert found["billed"] == "everything"
    assert [charge["kind"] for charge in found["charges"]] == ["product", "shipping"]
    assert found["charges"][0]["amount"] == {"minor": 895, "currency": "USD"}


@pytest.mark.parametrize("step_seconds", [3600.0])
async def test_an_order_that_was_never_charged_has_no_ledger(fulfillment: Driver) -> None:
    await place(fulfillment)

    assert charges(await follow(fulfillment)) == []


class Billing:
    """A Completeful that says of its one order what it is told to say."""

    def __init__(self) -> None:
        self.order: dict[str, Any] = {"id": "cf-1", "currency": "USD", "subtotal": 8.95}
        self.order |= {"shipping_total": 4.75, "tax_total": 0, "discount_total": 0, "total": 13.7}

    async def answer(self, _: Request) -> JSONResponse:
        """Answer with the order, whatever is asked."""
        return JSONResponse({"order": self.order})


@pytest.fixture
async def billing() -> Billing:
    return Billing()


@pytest.fixture
async def billed(
    settings: Settings, fulfillment: Driver, billing: Billing
) -> AsyncIterator[Driver]:
    """Give the service with its order at the Completeful that says what it is told to say."""
    await place(fulfillment)
    methods = ["GET", "POST"]
    app = Starlette(routes=[Route("/{path:path}", billing.answer, methods=methods)])
    async with serve_app(app) as url:
        elsewhere = settings.model_copy(update={"completeful_url": url})
        async with driving(build_app(elsewhere)) as driver:
            yield driver


async def test_a_refund_after_the_end_is_heard(billed: Driver, billing: Billing) -> None:
    billing.order |= {"status": "Cancelled", "billing_status": "charged"}
    first = await follow(billed)
    billing.order |= {"billing_status": "refunded"}
    second = await follow(billed)

    assert charges(first) == [("product", 895), ("shipping", 475)]
    assert charges(second) == [("refund", -1370)]
    assert [type(event) for event in second if isinstance(event, FulfillmentCancelled)] == []
    assert (await state(billed))["is_over"]


async def test_a_clock_that_ran_ahead_delays_no_charge(billed: Driver, billing: Billing) -> None:
    billing.order |= {"status": "In Production", "billing_status": "product_charged"}
    billing.order |= {"updated_at": "2126-01-01T00:00:00Z"}
    ahead = await follow(billed)
    right = datetime.now(UTC) + timedelta(seconds=1)
    billing.order |= {"billing_status": "charged", "updated_at": right.isoformat()}

    assert charges(ahead) == [("product", 895)]
    assert charges(await follow(billed)) == [("shipping", 475)]


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "soon", "", None]
)
async def test_a_moment_that_nobody_can_mean_is_none(
    billed: Driver, billing: Billing, moment: str | None
) -> None:
    tracking = {"number": "94", "carrier": "USPS", "shipped_at": moment}
    billing.order |= {"status": "Shipped", "updated_at": moment, "tracking": [tracking]}

    [package] = [event for event in await follow(billed) if isinstance(event, Shipped)]

    assert abs(package.shipped_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_an_order_is_followed_until_its_shipping_is_charged(
    billed: Driver, billing: Billing
) -> None:
    tracking = [{"number": "94", "carrier": "USPS"}]
    billing.order |= {"status": "Shipped", "billing_status": "product_charged"}
    await follow(billed)
    billing.order |= {"tracking": tracking}
    await follow(billed)
    is_over_early = (await state(billed))["is_over"]
    billing.order |= {"billing_status": "charged"}

    assert charges(await follow(billed)) == [("shipping", 475)]
    assert (is_over_early, (await state(billed))["is_over"]) == (False, True)


async def test_a_word_for_billing_nobody_knows_charges_nothing(
    billed: Driver, billing: Billing
) -> None:
    billing.order |= {"status": "In Production", "billing_status": "haggled over"}

    assert charges(await follow(billed)) == []
    assert (await state(billed))["billing_status"] == "haggled over"


async def test_an_operators_word_for_billing_is_understood(
    settings: Settings, billed: Driver, billing: Billing
) -> None:
    billing.order |= {"status": "In Production", "billing_status": "haggled over"}
    url = str(getattr(billed.service.settings, "completeful_url", ""))
    told = settings.model_copy(
        update={"completeful_url": url, "billing_map": {"Haggled over": "product"}}
    )
    async with driving(build_app(told)) as driver:
        assert charges(await follow(driver)) == [("product", 895)]
