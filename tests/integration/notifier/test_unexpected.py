"""What notifier does when telling the store fails as nobody expected."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.events import Event, StorefrontRefused, StorefrontUpdated
from shared.unexpected import UNEXPECTED_MAX
from tests.contract.sandbox.world import serve_app
from tests.integration.notifier.storefront import Bought, Storefront, fulfillments, state
from tests.integration.notifier.test_refusals import again
from tests.support.events import order_id
from tests.support.service import Driver, driving
from tests.support.spoiling import NUL, Spoiling

FIRST_SECONDS = 100
FULFILLMENT = "gid://shopify/Fulfillment/"


@pytest.fixture
async def bought(storefront: Storefront) -> Bought:
    return await storefront.sells()


@pytest.fixture
async def way(storefront: Storefront, bought: Bought) -> Spoiling:
    """Give a way to the store that spoils what it answers of one order, and of no other."""
    package = bought.ships()

    def spoil(request: str, answer: str) -> str:
        is_its = bought.id in request or package.tracking_number in request
        return answer.replace(FULFILLMENT, f"{FULFILLMENT}{NUL}") if is_its else answer

    return Spoiling(storefront.http, spoil)


@pytest.fixture
async def elsewhere(settings: Settings, way: Spoiling) -> AsyncIterator[Settings]:
    """Give settings that reach the store over the way that spoils its answers."""
    async with serve_app(way) as url:
        yield settings.model_copy(update={"shopify_url": url})


@pytest.fixture
async def spoiled(elsewhere: Settings) -> AsyncIterator[Driver]:
    """Give the service, which tries again at once."""
    async with driving(build_app(elsewhere)) as driver:
        yield driver


async def give_up(notifier: Driver) -> list[Event]:
    """Have the store told until that ends, and give what was said."""
    for _ in range(UNEXPECTED_MAX):
        await notifier.tries("update_store")
    return await notifier.says()


async def test_a_package_that_fails_unexpectedly_waits_longer_each_time(
    elsewhere: Settings, bought: Bought
) -> None:
    changes = {"retry_first_seconds": FIRST_SECONDS, "retry_last_seconds": FIRST_SECONDS * 100}
    waits = []
    async with driving(build_app(elsewhere.model_copy(update=changes))) as notifier:
        await notifier.hears(bought.ships())
        for _ in range(3):
            await notifier.tries("update_store")
            [found] = await state(notifier)
            waits.append((datetime.fromisoformat(found["due_at"]) - datetime.now(UTC)).seconds)
            async with notifier.service.database.statement() as statement:
                await statement.execute("UPDATE store_order SET due_at = now()")

    assert [wait >= FIRST_SECONDS * 2**place // 2 - 10 for place, wait in enumerate(waits)] == [
        True
    ] * 3
    assert (found["status"], found["failures"]) == ("waiting", 3)
    assert "CharacterNotInRepertoireError" in found["reason"]


async def test_a_package_that_always_fails_is_refused_with_the_reason_and_no_neighbour(
    spoiled: Driver, storefront: Storefront, bought: Bought
) -> None:
    other = await storefront.sells()
    neighbour = {"order_id": order_id("1002"), "tracking_number": "1Z9"}
    await spoiled.hears(bought.ships(), other.ships(**neighbour))

    said = await give_up(spoiled)

    assert [(type(event), event.key) for event in said] == [
        (StorefrontUpdated, order_id("1002")),
        (StorefrontRefused, order_id("1001")),
    ]
    [refused] = [event for event in said if isinstance(event, StorefrontRefused)]
    assert "CharacterNotInRepertoireError" in refused.reason
    assert await spoiled.tries("update_store") == 0


async def test_a_package_is_told_once_although_its_answers_were_spoiled(
    spoiled: Driver, storefront: Storefront, bought: Bought, way: Spoiling
) -> None:
    await spoiled.hears(bought.ships())
    await give_up(spoiled)
    way.is_mended = True

    await spoiled.hears(again())
    await spoiled.tries("update_store")

    assert [type(event) for event in await spoiled.says()] == [StorefrontUpdated]
    assert len(await fulfillments(storefront, bought)) == 1


async def test_a_package_that_cannot_be_read_keeps_no_other_order(
    notifier: Driver, storefront: Storefront, bought: Bought
) -> None:
    other = await storefront.sells()
    await notifier.hears(bought.ships(), other.ships(order_id=order_id("1002")))
    async with notifier.service.database.statement() as statement:
        await statement.execute(
            """UPDATE package SET items = '[{}]' WHERE order_id = $1""", order_id("1001")
        )

    said = await give_up(notifier)

    assert [(type(event), event.key) for event in said] == [
        (StorefrontUpdated, order_id("1002")),
        (StorefrontRefused, order_id("1001")),
    ]
    assert "ValidationError" in (await state(notifier))[0]["reason"]
