"""That the store was not told of a package for long is said with its reason."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import StorefrontRefused, StorefrontUpdated
from tests.integration.notifier.storefront import Storefront
from tests.integration.notifier.test_refusals import again
from tests.support.events import order_id, tracking_corrected
from tests.support.service import Driver, driving

AT_ONCE = {"delay_said_after_seconds": 0}
DENIED = AT_ONCE | {"shopify_token": SecretStr("expired"), "retry_first_seconds": 3600}


@pytest.fixture
async def denied(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service with a token that the store takes no more, which tells at once."""
    later = DENIED | {"retry_last_seconds": 3600}
    async with driving(build_app(settings.model_copy(update=later))) as driver:
        yield driver


async def delays(notifier: Driver) -> dict[str, str]:
    """Give by order what is said of packages that wait, and why."""
    await notifier.does_all("delays")
    said = await notifier.says()
    return {each.key: each.reason for each in said if isinstance(each, StorefrontRefused)}


async def test_a_store_that_denies_access_is_told_once_with_the_reason(
    denied: Driver, storefront: Storefront
) -> None:
    await denied.hears((await storefront.sells()).ships())
    await denied.does("update_store")

    told = await delays(denied)

    assert "check the key and its scopes. It is tried again by itself" in told[order_id()]
    assert await delays(denied) == {}


async def test_a_package_never_tried_waits_for_what_kept_the_others(
    denied: Driver, storefront: Storefront
) -> None:
    await denied.hears((await storefront.sells()).ships())
    await denied.does("update_store")
    await denied.hears((await storefront.sells()).ships(number="1002", shipment_id="cf-1002-1"))

    told = await delays(denied)

    assert set(told) == {order_id("1001"), order_id("1002")}
    assert "check the key" in told[order_id("1002")]


async def test_who_asks_for_it_again_is_told_again_that_it_waits(
    denied: Driver, storefront: Storefront
) -> None:
    await denied.hears((await storefront.sells()).ships())
    await denied.does("update_store")
    await delays(denied)

    await denied.hears(again())

    assert set(await delays(denied)) == {order_id()}


async def test_what_has_just_come_is_not_said_to_wait(
    settings: Settings, storefront: Storefront
) -> None:
    async with driving(build_app(settings)) as notifier:
        await notifier.hears((await storefront.sells()).ships())

        assert await delays(notifier) == {}


async def test_a_package_that_was_said_to_wait_is_told_as_any_other(
    settings: Settings, denied: Driver, storefront: Storefront
) -> None:
    await denied.hears((await storefront.sells()).ships())
    assert set(await delays(denied)) == {order_id()}

    async with driving(build_app(settings.model_copy(update=AT_ONCE))) as mended:
        await mended.does_all("update_store")
        said = await mended.says()

        assert [type(event) for event in said] == [StorefrontUpdated]
        assert await delays(mended) == {}


async def test_a_correction_that_waits_is_said_of_its_own(
    denied: Driver, storefront: Storefront
) -> None:
    await denied.hears((await storefront.sells()).ships())
    await denied.does("update_store")
    await delays(denied)

    await denied.hears(tracking_corrected())
    await denied.does_all("delays")

    [said] = await denied.says()
    assert isinstance(said, StorefrontRefused)
    assert said.tracking_version == 2
