"""What notifier does when a package has left the factory."""

import asyncio

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import (
    StorefrontUpdated,
)
from shared.patience import until
from tests.integration.notifier.storefront import (
    POSTER,
    TEE,
    Storefront,
    fulfillments,
    state,
)
from tests.support.events import order_id
from tests.support.service import Driver, driving


async def test_a_package_marks_the_order_fulfilled_with_its_tracking(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    package = bought.ships(carrier="usps_priority")

    await notifier.hears(package)
    await notifier.does_all("update_store")

    order = await storefront.shows(bought)
    [fulfillment] = order["fulfillments"]
    [updated] = await notifier.says()
    assert isinstance(updated, StorefrontUpdated)
    assert updated.storefront_fulfillment_id.endswith(f"/{fulfillment['id']}")
    assert order["fulfillment_status"] == "FULFILLED"
    assert fulfillment["tracking"] == [
        {
            "company": "USPS",
            "number": package.tracking_number,
            "url": package.tracking_url,
        }
    ]


async def test_the_shopper_is_not_written_to_unless_asked_for(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()

    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    [fulfillment] = await fulfillments(storefront, bought)
    assert fulfillment["notify_customer"] is False


async def test_the_shopper_is_written_to_when_asked_for(
    settings: Settings, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    async with driving(build_app(settings.model_copy(update={"notify_customer": True}))) as service:
        await service.hears(bought.ships())
        await service.does_all("update_store")

    [fulfillment] = await fulfillments(storefront, bought)
    assert fulfillment["notify_customer"] is True


async def test_the_same_package_heard_twice_is_told_once(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 2))

    await notifier.hears(bought.ships())
    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    assert len(await fulfillments(storefront, bought)) == 1
    assert len(await notifier.says()) == 1


async def test_each_package_of_an_order_is_told_with_its_own_tracking(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1), (TEE, 2))
    second = bought.ships((1, 2), shipment_id="cf-1001-2", tracking_number="95")

    await notifier.hears(bought.ships())
    await notifier.hears(second)
    await notifier.does_all("update_store")

    numbers = [
        package["tracking"][0]["number"] for package in await fulfillments(storefront, bought)
    ]
    assert numbers == ["940010000000001001", "95"]
    assert (await storefront.shows(bought))["fulfillment_status"] == "FULFILLED"


async def test_packages_of_one_order_are_told_one_after_another(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1), (TEE, 1))
    await storefront.goes_wrong("slow")
    await notifier.hears(bought.ships())
    await notifier.hears(bought.ships((1, 1), shipment_id="cf-1001-2", tracking_number="95"))

    first = asyncio.create_task(notifier.does("update_store"))
    await until(storefront.is_well)
    meanwhile = await notifier.does("update_store")
    await storefront.goes_on()
    await first

    assert not meanwhile
    assert await notifier.does("update_store")


async def test_only_our_lines_of_a_mixed_cart_are_fulfilled(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1), (POSTER, 1))

    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    assert (await storefront.shows(bought))["fulfillment_status"] == "PARTIALLY_FULFILLED"


async def test_a_failing_order_holds_no_other_up(
    settings: Settings, storefront: Storefront
) -> None:
    patient = settings.model_copy(update={"retry_first_seconds": 60, "retry_last_seconds": 60})
    bad, *good = [await storefront.sells() for _ in range(5)]
    await storefront.goes_wrong("error", match=f"Order/{bad.id}", count=1000)
    orders = [("1000", bad), *zip(("1001", "1002", "1003", "1004"), good, strict=True)]
    async with driving(build_app(patient)) as notifier:
        await notifier.hears(*(one.ships(order_id=order_id(name)) for name, one in orders))

        attempts = await notifier.does_all("update_store")
        told = [(await state(notifier, name))[0]["status"] for name, _ in orders]

    assert attempts == len(orders)
    assert told == ["waiting", *["told"] * 4]
