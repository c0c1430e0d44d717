"""What the store is told of an order that is made once more: it fulfilled the first already."""

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import Shipped, StorefrontRefused, StorefrontUpdated
from tests.integration.notifier.storefront import TEE, Bought, Storefront, fulfillments
from tests.support.events import order_id, reprint_ordered
from tests.support.service import Driver, driving

REPRINT = "1001-R1"


def again(bought: Bought, *items: tuple[int, int], **changes: str) -> Shipped:
    """Build the package of the reprint."""
    own = {"order_id": order_id(REPRINT), "shipment_id": "again", "tracking_number": "222"}
    return bought.ships(*items, **own | changes)


async def numbers(storefront: Storefront, bought: Bought) -> list[list[str]]:
    found = await fulfillments(storefront, bought)
    return [[track["number"] for track in each["tracking"]] for each in found]


async def test_a_reprints_number_joins_that_of_the_first(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await notifier.hears(bought.ships(tracking_number="111"))
    await notifier.does_all("update_store")
    [first] = await notifier.says()

    await notifier.hears(reprint_ordered(REPRINT), again(bought))
    await notifier.does_all("update_store")

    assert await numbers(storefront, bought) == [["111", "222"]]
    [told] = await notifier.says()
    assert isinstance(first, StorefrontUpdated)
    assert isinstance(told, StorefrontUpdated)
    assert (told.order_id, told.tracking_number) == (order_id(REPRINT), "222")
    assert told.storefront_fulfillment_id == first.storefront_fulfillment_id


async def test_a_reprint_is_told_once_however_unclear_the_answer(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await notifier.hears(bought.ships(tracking_number="111"), reprint_ordered(REPRINT))
    await notifier.does_all("update_store")
    await storefront.goes_wrong("lost_answer", match="fulfillmentTrackingInfoUpdate")

    await notifier.hears(again(bought))
    await notifier.does_all("update_store")

    assert await storefront.is_well()
    assert await numbers(storefront, bought) == [["111", "222"]]
    assert [type(each) for each in await notifier.says()] == [StorefrontUpdated] * 2


async def test_two_reprints_keep_each_others_numbers(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 2))
    await notifier.hears(bought.ships((0, 2), tracking_number="111"))
    await notifier.hears(reprint_ordered(REPRINT), reprint_ordered("1001-R2"))
    await notifier.does_all("update_store")

    await notifier.hears(again(bought, (0, 2)))
    await notifier.does_all("update_store")
    other = again(bought, (0, 2), order_id=order_id("1001-R2"), tracking_number="333")
    await notifier.hears(other)
    await notifier.does_all("update_store")

    assert await numbers(storefront, bought) == [["111", "222", "333"]]


async def test_a_reprint_of_what_never_shipped_fulfills_the_order(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()

    await notifier.hears(reprint_ordered(REPRINT), again(bought))
    await notifier.does_all("update_store")

    assert (await storefront.shows(bought))["fulfillment_status"] == "FULFILLED"
    assert await numbers(storefront, bought) == [["222"]]


async def test_what_is_no_reprint_joins_no_other_package(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await notifier.hears(bought.ships(tracking_number="111"))
    await notifier.does_all("update_store")
    await notifier.says()

    await notifier.hears(bought.ships(shipment_id="more", tracking_number="222"))
    await notifier.does_all("update_store")

    [refused] = await notifier.says()
    assert isinstance(refused, StorefrontRefused)
    assert await numbers(storefront, bought) == [["111"]]


async def test_a_replica_that_starts_later_knows_the_reprint(
    notifier: Driver, settings: Settings, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    await notifier.hears(bought.ships(tracking_number="111"), reprint_ordered(REPRINT))
    await notifier.does_all("update_store")

    async with driving(build_app(settings)) as other:
        await other.hears(again(bought))
        await other.does_all("update_store")

    assert await numbers(storefront, bought) == [["111", "222"]]
