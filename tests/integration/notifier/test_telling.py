"""What notifier does when a package has left the factory."""

import asyncio
from typing import Any

import pytest

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import StorefrontRefused, StorefrontUpdated, StorefrontUpdateRequested
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.notifier.storefront import POSTER, TEE, Bought, Detour, Storefront
from tests.support.events import order_id
from tests.support.service import Driver, driving


def again(**changes: Any) -> StorefrontUpdateRequested:
    """Build a person's wish to tell the store once more."""
    values = {"order_id": order_id(), "shipment_id": "cf-1001-1", "requested_by": "merchant"}
    return StorefrontUpdateRequested(**values | changes)


async def state(notifier: Driver, number: str = "1001") -> list[dict[str, Any]]:
    """Ask the service how far the store knows."""
    answer = await notifier.http.get(f"/v1/packages/{order_id(number)}")
    found: list[dict[str, Any]] = answer.raise_for_status().json()
    return found


async def fulfillments(storefront: Storefront, bought: Bought) -> list[dict[str, Any]]:
    """Give the packages that the store knows of."""
    found: list[dict[str, Any]] = (await storefront.shows(bought))["fulfillments"]
    return found


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
    await storefront.goes_wrong("slow", seconds=0.2)
    await notifier.hears(bought.ships())
    await notifier.hears(bought.ships((1, 1), shipment_id="cf-1001-2", tracking_number="95"))

    first = asyncio.create_task(notifier.does("update_store"))
    await until(storefront.is_well)
    meanwhile = await notifier.does("update_store")
    await first

    assert not meanwhile
    assert await notifier.does("update_store")


@pytest.mark.parametrize("fault", ["lost_answer", "timeout", "error", "throttle"])
async def test_no_answer_never_makes_a_second_fulfillment(
    notifier: Driver, storefront: Storefront, fault: str
) -> None:
    bought = await storefront.sells((TEE, 3))
    await storefront.goes_wrong(fault, seconds=0.1)
    await notifier.hears(bought.ships())

    await until(lambda: settled(notifier))

    assert len(await fulfillments(storefront, bought)) == 1
    [updated] = await notifier.says()
    assert isinstance(updated, StorefrontUpdated)


async def settled(notifier: Driver) -> bool:
    """Work until every package of the order is told or refused."""
    await notifier.does_all("update_store")
    return all(package["status"] != "waiting" for package in await state(notifier))


async def test_a_process_that_dies_while_it_waits_is_taken_over(
    settings: Settings, storefront: Storefront
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.6})
    bought = await storefront.sells((TEE, 3))
    await storefront.goes_wrong("slow", seconds=0.2)
    async with driving(build_app(hasty)) as dying:
        await dying.hears(bought.ships())
        attempt = asyncio.create_task(dying.does("update_store"))
        await until(storefront.is_well)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)

    async with driving(build_app(hasty)) as heir:
        await until(lambda: heir.does("update_store"))
        [updated] = await heir.says()

    assert isinstance(updated, StorefrontUpdated)
    assert len(await fulfillments(storefront, bought)) == 1


async def test_a_process_that_was_held_up_does_not_go_on_with_what_it_read(
    settings: Settings, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 3))
    detour = Detour(storefront.http)
    async with serve_app(detour) as url:
        held_up = settings.model_copy(update={"lease_seconds": 0.01, "shopify_url": url})
        async with driving(build_app(held_up)) as late, driving(build_app(settings)) as quick:
            await late.hears(bought.ships())
            attempt = asyncio.create_task(late.does("update_store"))
            await detour.has_read.wait()
            await late.service.database.close()
            await until(lambda: quick.does("update_store"))
            await late.service.database.open()
            detour.goes_on.set()
            await attempt
            said = await quick.says()

    assert len(said) == 1
    assert len(await fulfillments(storefront, bought)) == 1


async def test_only_our_lines_of_a_mixed_cart_are_fulfilled(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1), (POSTER, 1))

    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    assert (await storefront.shows(bought))["fulfillment_status"] == "PARTIALLY_FULFILLED"


async def test_lines_that_others_send_are_refused_with_the_reason(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((POSTER, 1))

    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert "assign the items" in refused.reason


async def test_a_store_without_access_is_refused_with_the_reason(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()

    await notifier.hears(bought.ships(shop="other.myshopify.com"))
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert "other.myshopify.com" in refused.reason


async def test_an_order_the_store_does_not_know_is_refused(notifier: Driver) -> None:
    await notifier.hears(Bought("999", ("1",)).ships())
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert "does not know this order" in refused.reason


async def test_a_refused_package_holds_the_next_one_not_up(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1), (POSTER, 1))
    await notifier.hears(bought.ships((1, 1), shipment_id="posters"))
    await notifier.hears(bought.ships())

    await notifier.does_all("update_store")

    refused, updated = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert isinstance(updated, StorefrontUpdated)


async def test_a_refused_package_can_be_told_again(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((POSTER, 1), (TEE, 1))
    await notifier.hears(bought.ships((0, 1)))
    await notifier.does_all("update_store")

    await notifier.hears(again())
    await notifier.does_all("update_store")

    first, second = await notifier.says()
    assert isinstance(first, StorefrontRefused)
    assert isinstance(second, StorefrontRefused)


async def test_telling_again_what_the_store_knows_changes_nothing_there(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 3))
    await notifier.hears(bought.ships())
    await notifier.does_all("update_store")

    await notifier.hears(again())
    await notifier.does_all("update_store")

    first, second = await notifier.says()
    assert isinstance(first, StorefrontUpdated)
    assert isinstance(second, StorefrontUpdated)
    assert first.storefront_fulfillment_id == second.storefront_fulfillment_id
    assert len(await fulfillments(storefront, bought)) == 1


async def test_a_wish_for_a_package_nobody_knows_is_passed_over(notifier: Driver) -> None:
    await notifier.hears(again())

    assert not await notifier.does("update_store")
    assert (await notifier.http.get(f"/v1/packages/{order_id()}")).status_code == 404


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
