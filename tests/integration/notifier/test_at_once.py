"""A package that is heard of while lanes are free is told at once."""

from shared.events import StorefrontUpdated
from tests.integration.notifier.storefront import TEE, Storefront, fulfillments
from tests.support.service import Driver


async def test_the_first_package_of_an_order_is_told_as_it_is_heard(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()

    async with notifier.at_work("update_store"):
        await notifier.hears(bought.ships())

    [updated] = await notifier.says()
    assert isinstance(updated, StorefrontUpdated)
    assert await notifier.does_all("update_store") == 0


async def test_a_package_heard_of_twice_is_told_once(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells()
    shipped = bought.ships()

    async with notifier.at_work("update_store"):
        await notifier.hears(shipped, shipped)
        await notifier.hears(shipped)

    assert len(await notifier.says()) == 1
    assert len(await fulfillments(storefront, bought)) == 1


async def test_the_second_package_waits_for_who_tells_of_the_first(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 2))
    await notifier.hears(bought.ships((0, 1), shipment_id="1"))

    async with notifier.at_work():
        lanes = notifier.service.lanes["update_store"]
        assert not lanes.are_free_for(1)
        await notifier.hears(bought.ships((0, 1), shipment_id="2"))
    await notifier.does_all("update_store")

    assert len(await notifier.says()) == 2
