"""What fulfillment does when an order is cancelled before the provider is known to have it."""

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.patience import until
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    is_settled,
    state,
)
from tests.support.events import order_approved, order_cancelled
from tests.support.service import Driver, driving


async def test_a_cancelled_order_is_never_placed(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved(), order_cancelled())

    await fulfillment.does_all("place")

    assert await completeful.orders() == []
    assert await fulfillment.says() == []


async def test_an_approval_after_the_cancellation_is_not_placed(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_cancelled())

    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    assert await completeful.orders() == []


async def test_a_cancelled_order_that_may_be_placed_is_looked_up_and_cancelled_there(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("lost_answer")
    await fulfillment.hears(order_approved())
    await fulfillment.does("place")

    await fulfillment.hears(order_cancelled())
    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    assert order["creations"] == 1
    assert (await state(fulfillment))["provider_order_id"] == order["id"]


async def test_a_cancelled_order_that_was_not_placed_after_all_stays_so(
    settings: Settings, completeful: Completeful
) -> None:
    await completeful.goes_wrong("error")
    hasty = settings.model_copy(update={"timeout_seconds": 0.3})
    async with driving(build_app(hasty)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        await fulfillment.does("place")

        await fulfillment.hears(order_cancelled())

        await until(lambda: is_settled(fulfillment))
        assert (await state(fulfillment))["status"] == "cancelled"
    assert await completeful.orders() == []
