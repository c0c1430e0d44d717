"""What the store is told when a package's tracking is corrected."""

import asyncio
from typing import Any

import pytest

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import StorefrontRefused, StorefrontUpdated, TrackingCorrected
from shared.patience import until
from tests.integration.notifier.storefront import (
    POSTER,
    TEE,
    Bought,
    Storefront,
    fulfillments,
    state,
)
from tests.support.events import order_id, reprint_ordered, tracking_corrected
from tests.support.service import Driver, driving

LINK = "https://www.ups.com/track?tracknum=222"


def corrects(bought: Bought, **changes: Any) -> TrackingCorrected:
    """Build the correction of 111 to 222."""
    own = {"tracking_number": "222", "replaces": "111", "tracking_url": LINK}
    return tracking_corrected(**{"storefront_order_id": bought.id} | own | changes)


async def tracks(storefront: Storefront, bought: Bought) -> list[list[tuple[str, str]]]:
    found = await fulfillments(storefront, bought)
    return [[(each["company"], each["number"]) for each in one["tracking"]] for one in found]


async def tell(notifier: Driver, bought: Bought) -> None:
    await notifier.hears(bought.ships(tracking_number="111"))
    await notifier.does_all("update_store")
    await notifier.says()


async def test_the_store_shows_the_corrected_tracking_once(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await tell(notifier, bought)

    await notifier.hears(corrects(bought))
    await notifier.hears(corrects(bought))
    done = await notifier.does_all("update_store")

    [fulfillment] = await fulfillments(storefront, bought)
    assert fulfillment["tracking"] == [{"company": "UPS", "number": "222", "url": LINK}]
    [told] = await notifier.says()
    assert isinstance(told, StorefrontUpdated)
    assert (told.tracking_number, told.tracking_version, done) == ("222", 2, 1)


@pytest.mark.parametrize("change", [{"carrier": "FedEx"}, {"tracking_url": "https://t.example/1"}])
async def test_a_carrier_or_a_link_alone_is_corrected_too(
    notifier: Driver, storefront: Storefront, change: dict[str, str]
) -> None:
    bought = await storefront.sells()
    await tell(notifier, bought)
    same = {"tracking_number": "111", "carrier": "USPS"}

    await notifier.hears(corrects(bought, **same | change))
    await notifier.does_all("update_store")

    [[shown]] = [each["tracking"] for each in await fulfillments(storefront, bought)]
    wanted = {"carrier": "USPS", "tracking_url": LINK} | change
    assert (shown["company"], shown["url"]) == (wanted["carrier"], wanted["tracking_url"])
    assert shown["number"] == "111"


@pytest.mark.parametrize("fault", ["lost_answer", "error"])
async def test_an_unclear_answer_leaves_one_correction(
    notifier: Driver, storefront: Storefront, fault: str
) -> None:
    bought = await storefront.sells()
    await tell(notifier, bought)
    await storefront.goes_wrong(fault, match="fulfillmentTrackingInfoUpdate")

    await notifier.hears(corrects(bought))
    await notifier.does_all("update_store")

    assert await storefront.is_well()
    assert await tracks(storefront, bought) == [[("UPS", "222")]]
    assert len(await notifier.says()) == 1


async def test_a_package_corrected_before_the_store_was_told_is_told_once(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()

    await notifier.hears(bought.ships(tracking_number="111"), corrects(bought))
    await notifier.does_all("update_store")

    assert await tracks(storefront, bought) == [[("UPS", "222")]]
    [told] = await notifier.says()
    assert getattr(told, "tracking_version", 0) == 2


async def test_a_correction_while_the_store_is_told_comes_out_on_top(
    settings: Settings, storefront: Storefront
) -> None:
    brief = settings.model_copy(update={"lease_seconds": 0.2})
    async with driving(build_app(brief)) as notifier:
        bought = await storefront.sells()
        await notifier.hears(bought.ships(tracking_number="111"))
        await storefront.goes_wrong("slow")
        telling = asyncio.create_task(notifier.does("update_store"))
        await until(storefront.is_well)

        await notifier.hears(corrects(bought))
        await storefront.goes_on()
        await telling
        assert await notifier.says() == []
        await until(lambda: notifier.does("update_store"))

        assert await tracks(storefront, bought) == [[("UPS", "222")]]
        [told] = await notifier.says()
        assert getattr(told, "tracking_number", "") == "222"


async def test_a_reprints_number_stays_beside_the_corrected_one(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await tell(notifier, bought)
    again = {"order_id": order_id("R1"), "shipment_id": "again", "tracking_number": "333"}
    await notifier.hears(reprint_ordered("R1"), bought.ships(**again))
    await notifier.does_all("update_store")

    await notifier.hears(corrects(bought))
    await notifier.does_all("update_store")
    other = corrects(bought, **again | {"tracking_number": "444", "replaces": "333"})
    await notifier.hears(other)
    await notifier.does_all("update_store")

    assert await tracks(storefront, bought) == [[("UPS", "222"), ("UPS", "444")]]


async def test_what_a_person_wrote_into_the_store_is_not_overwritten(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1))
    await tell(notifier, bought)
    await notifier.hears(corrects(bought))
    await notifier.does_all("update_store")
    await notifier.says()
    async with notifier.service.database.transaction() as transaction:
        await transaction.execute("UPDATE package SET tracking_number = '0', former_numbers = '{}'")

    await notifier.hears(corrects(bought, tracking_version=3, tracking_number="555"))
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert refused.tracking_version == 3
    assert await tracks(storefront, bought) == [[("UPS", "222")]]


async def test_a_refused_package_is_tried_again_with_its_correction(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((POSTER, 1))
    await tell(notifier, bought)
    assert (await state(notifier))[0]["status"] == "refused"

    await notifier.hears(corrects(bought))
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert refused.tracking_version == 2
