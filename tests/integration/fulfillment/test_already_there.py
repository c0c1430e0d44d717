"""What fulfillment does when an order may be at the provider, and things have changed since."""

import asyncio

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import Event, FulfillmentRefused, FulfillmentStarted
from shared.patience import until
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    everything_said,
    is_settled,
    is_told,
    state,
)
from tests.support.events import ADDRESS, order_approved, order_cancelled
from tests.support.service import Driver, driving

TEE_WHITE_L = "347bd88e-aee7-554a-beea-ddac67b56714"
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
    await die_on_the_way(hasty, completeful)

    async with driving(build_app(hasty)) as heir:
        await heir.hears(another_variant())
        await until(lambda: heir.does("place"))
        await completeful.goes_on()
        await until(lambda: is_asked_twice(completeful))
        [said] = await heir.says()

    [order] = await completeful.orders()
    assert isinstance(said, FulfillmentStarted)
    assert said.provider_order_id == order["id"]


async def test_a_cancelled_order_that_is_still_on_its_way_there_is_waited_for(
    settings: Settings, completeful: Completeful
) -> None:
    patient = settings.model_copy(update={"lease_seconds": 0.05, "timeout_seconds": 60})
    await die_on_the_way(patient, completeful)

    async with driving(build_app(patient)) as heir:
        await heir.hears(order_cancelled())
        await until(lambda: heir.does("place"))
        await completeful.goes_on()
        await until(lambda: has_orders(completeful))
        async with heir.service.database.transaction() as transaction:
            await transaction.execute("UPDATE placement SET due_at = now()")
        await until(lambda: is_settled(heir))
        found = await state(heir)

    [order] = await completeful.orders()
    assert found["provider_order_id"] == order["id"]


async def test_news_of_an_order_that_was_cancelled_here_has_it_looked_up(
    settings: Settings, completeful: Completeful
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.05, "timeout_seconds": 0.3})
    await die_on_the_way(hasty, completeful)

    async with driving(build_app(hasty)) as heir:
        await heir.hears(order_cancelled())
        await until(lambda: heir.does("place"))
        await until(lambda: is_settled(heir))
        forgotten = (await state(heir))["status"]
        await completeful.goes_on()
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


async def die_on_the_way(settings: Settings, completeful: Completeful) -> None:
    """Have a process die while its request is at work at the provider, until that goes on."""
    await completeful.goes_wrong("slow")
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
