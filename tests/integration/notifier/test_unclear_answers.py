"""What notifier does when it cannot know whether the store was told."""

import asyncio

import pytest

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import (
    Event,
    StorefrontRefused,
    StorefrontUpdated,
)
from shared.lease import RENEWALS
from shared.patience import until
from tests.contract.sandbox.world import serve_app
from tests.integration.notifier.storefront import (
    TEE,
    Bought,
    Detour,
    Storefront,
    fulfillments,
    state,
)
from tests.support.events import order_id
from tests.support.service import Driver, driving


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


async def is_fulfilled(storefront: Storefront, bought: Bought) -> bool:
    """Tell whether the store knows of a package."""
    return bool(await fulfillments(storefront, bought))


async def settled(notifier: Driver) -> bool:
    """Work until every package of the order is told or refused."""
    await notifier.does_all("update_store")
    return all(package["status"] != "waiting" for package in await state(notifier))


async def test_a_process_that_dies_while_it_waits_is_taken_over(
    settings: Settings, storefront: Storefront
) -> None:
    hasty = settings.model_copy(update={"lease_seconds": 0.6})
    bought = await storefront.sells((TEE, 3))
    await storefront.goes_wrong("slow")
    async with driving(build_app(hasty)) as dying:
        await dying.hears(bought.ships())
        attempt = asyncio.create_task(dying.does("update_store"))
        await until(storefront.is_well)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)
    await storefront.goes_on()
    await until(lambda: is_fulfilled(storefront, bought))

    async with driving(build_app(hasty)) as heir:
        await until(lambda: heir.does("update_store"))
        [updated] = await heir.says()

    assert isinstance(updated, StorefrontUpdated)
    assert len(await fulfillments(storefront, bought)) == 1


async def test_what_a_dead_process_leaves_of_its_lease_is_as_long_as_a_request(
    settings: Settings,
) -> None:
    patient = settings.model_copy(update={"lease_seconds": 4, "settle_seconds": 5})

    lease_seconds = patient.lease.total_seconds()

    assert lease_seconds - lease_seconds / RENEWALS >= patient.settle_seconds


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


@pytest.mark.parametrize(
    ("number", "kind"), [("940010000000001001", StorefrontUpdated), ("95", StorefrontRefused)]
)
async def test_a_fulfillment_made_in_between_is_seen(
    settings: Settings, storefront: Storefront, number: str, kind: type[Event]
) -> None:
    bought = await storefront.sells()
    detour = Detour(storefront.http)
    async with serve_app(detour) as url:
        elsewhere = settings.model_copy(update={"shopify_url": url})
        async with driving(build_app(elsewhere)) as late, driving(build_app(settings)) as person:
            await late.hears(bought.ships())
            attempt = asyncio.create_task(late.does("update_store"))
            await detour.has_read.wait()
            by_hand = bought.ships(order_id=order_id("9"), tracking_number=number)
            await person.hears(by_hand)
            await person.does("update_store")
            await person.says()
            detour.goes_on.set()
            await attempt
            [said] = await late.says()

    assert isinstance(said, kind)
    assert len(await fulfillments(storefront, bought)) == 1
