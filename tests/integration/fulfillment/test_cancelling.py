"""What fulfillment does when an order is cancelled, before and after the provider has it."""

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import FulfillmentCancelled
from shared.patience import until
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    is_settled,
    packages,
    place,
    state,
)
from tests.support.events import order_approved, order_cancelled, order_id
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


@pytest.mark.parametrize("step_seconds", [3600.0])
async def test_a_cancellation_reaches_an_order_that_is_pending(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)

    await fulfillment.hears(order_cancelled())
    await fulfillment.does_all("follow")

    [order] = await completeful.orders()
    [cancelled] = await fulfillment.says()
    assert order["status"] == "Cancelled"
    assert isinstance(cancelled, FulfillmentCancelled)
    assert cancelled.reason == "the order was cancelled in the store"


@pytest.mark.parametrize("step_seconds", [3600.0])
async def test_a_cancellation_whose_answer_was_lost_is_still_ours(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await completeful.goes_wrong("lost_answer", match="/cancel")

    await fulfillment.hears(order_cancelled())
    await fulfillment.does_all("follow")

    [cancelled] = await fulfillment.says()
    assert isinstance(cancelled, FulfillmentCancelled)
    assert cancelled.reason == "the order was cancelled in the store"


async def test_a_cancellation_that_comes_too_late_is_noted(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)

    await fulfillment.hears(order_cancelled())
    await fulfillment.does_all("follow")

    assert len(packages(await fulfillment.says())) == 1
    answer = await fulfillment.http.get(f"/v1/placements/{order_id()}")
    assert "can no longer be cancelled" in answer.json()["cancel_answer"]
