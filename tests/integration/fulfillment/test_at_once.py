"""What is heard while lanes are free is done at once, under the same rules as what is taken."""

from shared.events import FulfillmentStarted
from tests.integration.fulfillment.completeful import Completeful, completeful_product, state
from tests.support.events import approved_item, order_approved, order_cancelled, order_id
from tests.support.service import Driver


async def test_an_approved_order_is_placed_as_it_is_heard(
    fulfillment: Driver, completeful: Completeful
) -> None:
    async with fulfillment.at_work("place"):
        await fulfillment.hears(order_approved())

    [order] = await completeful.orders()
    [started] = await fulfillment.says()
    assert isinstance(started, FulfillmentStarted)
    assert (order["external_order_id"], order["creations"]) == (order_id(), 1)
    assert await fulfillment.does_all("place") == 0


async def test_it_is_asked_about_as_it_is_placed(
    fulfillment: Driver, completeful: Completeful
) -> None:
    async with fulfillment.at_work("place", "follow"):
        await fulfillment.hears(order_approved())

    assert len(await completeful.orders()) == 1
    assert (await state(fulfillment))["provider_status"] != ""
    assert await fulfillment.does_all("follow") == 0


async def test_an_order_heard_of_twice_is_placed_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    event = order_approved()

    async with fulfillment.at_work("place"):
        await fulfillment.hears(event, event)
        await fulfillment.hears(event, order_approved())

    [order] = await completeful.orders()
    assert order["creations"] == 1


async def test_an_order_cancelled_before_is_not_placed(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_cancelled())

    async with fulfillment.at_work("place"):
        await fulfillment.hears(order_approved())

    assert await completeful.orders() == []


async def test_what_was_begun_and_given_up_may_be_at_the_provider(
    fulfillment: Driver, completeful: Completeful
) -> None:
    async with fulfillment.at_work("place"):
        await fulfillment.hears(order_approved())
        fulfillment.service.lanes["place"].give_up()

    found = await state(fulfillment)
    assert (found["status"], found["attempts"], found["is_unsure"]) == ("waiting", 1, True)
    assert await completeful.orders() == []


async def test_a_product_that_nobody_knows_is_waited_for(
    fulfillment: Driver, completeful: Completeful
) -> None:
    item = approved_item(product_id="unheard-of")
    async with fulfillment.at_work("place"):
        await fulfillment.hears(order_approved(items=(item,)))
    assert await completeful.orders() == []

    await fulfillment.hears(completeful_product("unheard-of"))
    await fulfillment.does_all("place")

    assert len(await completeful.orders()) == 1


async def test_more_than_there_are_lanes_waits_its_turn(
    fulfillment: Driver, completeful: Completeful
) -> None:
    lanes: int = fulfillment.service.settings.place_lanes  # type: ignore[attr-defined]
    events = [order_approved(str(number)) for number in range(lanes + 1)]

    async with fulfillment.at_work("place"):
        await fulfillment.hears(*events)

    assert await completeful.orders() == []
    assert await fulfillment.does("place")
