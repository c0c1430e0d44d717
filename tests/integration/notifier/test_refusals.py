"""What the store will not take, and what happens when a person asks again."""

from typing import Any

from shared.events import (
    StorefrontRefused,
    StorefrontUpdated,
    StorefrontUpdateRequested,
)
from tests.integration.notifier.storefront import (
    POSTER,
    TEE,
    Bought,
    Storefront,
    fulfillments,
)
from tests.support.events import order_id
from tests.support.service import Driver


def again(**changes: Any) -> StorefrontUpdateRequested:
    """Build a person's wish to tell the store once more."""
    values = {"order_id": order_id(), "shipment_id": "cf-1001-1", "requested_by": "merchant"}
    return StorefrontUpdateRequested(**values | changes)


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
