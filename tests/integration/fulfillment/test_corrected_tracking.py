"""What fulfillment says when Completeful corrects the tracking of a package that was told."""

import asyncio
from datetime import timedelta

import pytest

from services.fulfillment.domain.answers import read_order
from services.fulfillment.domain.following import Found
from services.fulfillment.settings import Settings
from services.fulfillment.store import provider_orders
from services.fulfillment.worker.follow import record
from shared.events import Event, Shipped, TrackingCorrected
from shared.patience import until
from tests.integration.fulfillment.completeful import Completeful, follow, is_told, place
from tests.support.service import Driver
from tests.support.taken import readable


def only(said: list[Event]) -> TrackingCorrected:
    """Give the correction that is all that was said."""
    [event] = said
    assert isinstance(event, TrackingCorrected)
    return event


async def ship(fulfillment: Driver, completeful: Completeful) -> Shipped:
    """Have the order made, and its package told."""
    await place(fulfillment)
    await until(completeful.has_shipped)
    [package] = [event for event in await follow(fulfillment) if isinstance(event, Shipped)]
    return package


@pytest.mark.parametrize(
    "change",
    [
        {"number": "222", "carrier": "UPS", "url": "https://ups.example/222"},
        {"number": "222"},
        {"carrier": "OnTrac"},
        {"url": "https://elsewhere.example/1"},
    ],
)
async def test_whatever_is_corrected_is_said_exactly_once(
    fulfillment: Driver, completeful: Completeful, change: dict[str, str]
) -> None:
    package = await ship(fulfillment, completeful)

    await completeful.corrects(**change)
    event = only(await follow(fulfillment))

    before = {
        "number": package.tracking_number,
        "carrier": package.carrier,
        "url": package.tracking_url,
    }
    assert {
        "number": event.tracking_number,
        "carrier": event.carrier,
        "url": event.tracking_url,
    } == before | change
    assert (event.shipment_id, event.tracking_version) == (package.shipment_id, 2)
    assert event.replaces == package.tracking_number
    assert await follow(fulfillment) == []


async def test_each_further_correction_is_a_version_more(
    fulfillment: Driver, completeful: Completeful
) -> None:
    package = await ship(fulfillment, completeful)
    await completeful.corrects(number="222")
    await follow(fulfillment)

    await completeful.corrects(number=package.tracking_number)
    event = only(await follow(fulfillment))

    assert (event.tracking_version, event.replaces) == (3, "222")
    assert event.tracking_number == package.tracking_number


async def test_two_hints_at_once_say_a_correction_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await ship(fulfillment, completeful)
    await completeful.corrects(number="222")

    await asyncio.gather(is_told(fulfillment), is_told(fulfillment))
    await asyncio.gather(*(fulfillment.does("follow") for _ in range(3)))

    assert only(await fulfillment.says()).tracking_number == "222"


async def test_a_correction_that_another_attempt_found_is_not_said_again(
    settings: Settings, fulfillment: Driver, completeful: Completeful
) -> None:
    await ship(fulfillment, completeful)
    await completeful.corrects(number="222")
    await is_told(fulfillment)
    database = fulfillment.service.database
    async with database.transaction() as transaction:
        [slow] = readable(await provider_orders.lease_due(transaction, 1, timedelta()))
    only(await follow(fulfillment))

    [order] = await completeful.orders()
    late = read_order({"id": order["id"], "status": "Shipped", "tracking": order["shipments"]})
    await record(database, settings, [Found(slow, late, None)])

    assert await fulfillment.says() == []


async def test_a_package_from_before_links_were_kept_is_corrected_by_its_number(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await ship(fulfillment, completeful)
    async with fulfillment.service.database.transaction() as transaction:
        await transaction.execute("UPDATE shipment SET carrier = NULL, tracking_url = NULL")

    assert await follow(fulfillment) == []
    await completeful.corrects(number="222")

    assert only(await follow(fulfillment)).tracking_number == "222"
