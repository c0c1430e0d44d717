"""What fulfillment does when placing an order fails as nobody expected."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import (
    Event,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
)
from shared.unexpected import CODE, UNEXPECTED_MAX
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    state,
)
from tests.support.events import order_approved, order_cancelled, order_id
from tests.support.service import Driver, driving
from tests.support.spoiling import HALF, NUL, Spoiling

FIRST_SECONDS = 100


def spoil(_: str, answer: str) -> str:
    """Spoil what is answered of one order, and of no other."""
    return answer.replace('"id":"', f'"id":"{NUL}', 1) if order_id("1001") in answer else answer


@pytest.fixture
async def way(completeful: Completeful) -> Spoiling:
    return Spoiling(completeful.http, spoil)


@pytest.fixture
async def elsewhere(settings: Settings, way: Spoiling) -> AsyncIterator[Settings]:
    """Give settings that reach Completeful over the way that spoils its answers."""
    async with serve_app(way) as url:
        yield settings.model_copy(update={"completeful_url": f"{url}/v1"})


@pytest.fixture
async def spoiled(elsewhere: Settings) -> AsyncIterator[Driver]:
    """Give the service, which tries again at once."""
    async with driving(build_app(elsewhere)) as driver:
        await driver.hears(completeful_product())
        yield driver


async def give_up(fulfillment: Driver) -> list[Event]:
    """Have the order tried until that ends, and give what was said."""
    for _ in range(UNEXPECTED_MAX):
        await fulfillment.tries("place")
    return await fulfillment.says()


async def test_an_order_that_fails_unexpectedly_waits_longer_each_time(
    elsewhere: Settings,
) -> None:
    changes = {
        "retry_first_seconds": FIRST_SECONDS,
        "retry_last_seconds": FIRST_SECONDS * 100,
        "delay_said_after_seconds": 0,
    }
    async with driving(build_app(elsewhere.model_copy(update=changes))) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        waits = []
        for _ in range(3):
            await fulfillment.tries("place")
            found = await state(fulfillment)
            waits.append((datetime.fromisoformat(found["due_at"]) - datetime.now(UTC)).seconds)
            async with fulfillment.service.database.statement() as statement:
                await statement.execute("UPDATE placement SET due_at = now()")
        await fulfillment.does_all("delays")
        [delayed] = await fulfillment.says()

    assert [wait >= FIRST_SECONDS * 2**place // 2 - 10 for place, wait in enumerate(waits)] == [
        True
    ] * 3
    assert isinstance(delayed, FulfillmentDelayed)
    assert "CharacterNotInRepertoireError" in delayed.reason
    assert (found["status"], found["failures"], found["is_unsure"]) == ("waiting", 3, True)


async def test_an_order_that_always_fails_is_refused_with_the_reason_and_no_neighbour(
    spoiled: Driver, completeful: Completeful
) -> None:
    await spoiled.hears(order_approved("1001"), order_approved("1002"))

    said = await give_up(spoiled)

    assert [(type(event), event.key) for event in said] == [
        (FulfillmentStarted, order_id("1002")),
        (FulfillmentRefused, order_id("1001")),
    ]
    [refused] = [event for event in said if isinstance(event, FulfillmentRefused)]
    assert (refused.code, "CharacterNotInRepertoireError" in refused.reason) == (CODE, True)
    assert len(await completeful.orders()) == 2
    assert await spoiled.tries("place") == 0


async def test_half_a_character_keeps_no_other_order(spoiled: Driver, way: Spoiling) -> None:
    way.spoil = lambda asked, answer: spoil(asked, answer).replace(NUL, HALF)
    await spoiled.hears(order_approved("1001"), order_approved("1002"))

    started, refused = await give_up(spoiled)

    assert (type(started), started.key) == (FulfillmentStarted, order_id("1002"))
    assert isinstance(refused, FulfillmentRefused)
    assert "services.fulfillment.worker.place, line" in refused.reason


async def test_an_order_that_may_be_there_is_looked_up_when_it_is_approved_again(
    spoiled: Driver, completeful: Completeful, way: Spoiling
) -> None:
    await spoiled.hears(order_approved())
    await give_up(spoiled)
    way.is_mended = True

    async with spoiled.at_work("place"):
        await spoiled.hears(order_approved())
    await spoiled.tries("place")

    [started] = await spoiled.says()
    [order] = await completeful.orders()
    assert isinstance(started, FulfillmentStarted)
    assert (started.provider_order_id, order["creations"]) == (order["id"], 1)
    assert len(await completeful.orders()) == 1


@pytest.mark.parametrize("step_seconds", [60])
async def test_an_order_that_may_be_there_is_cancelled_there(
    spoiled: Driver, way: Spoiling
) -> None:
    await spoiled.hears(order_approved())
    await give_up(spoiled)
    way.is_mended = True

    await spoiled.hears(order_cancelled())
    await spoiled.tries("place")
    await spoiled.does_all("follow")

    assert [type(event) for event in await spoiled.says()] == [
        FulfillmentStarted,
        FulfillmentCancelled,
    ]


@pytest.mark.parametrize("step_seconds", [60])
async def test_a_cancelled_order_that_fails_is_looked_up_until_it_is_found(
    spoiled: Driver, way: Spoiling
) -> None:
    await spoiled.hears(order_approved())
    await spoiled.tries("place")
    await spoiled.hears(order_cancelled())
    early = [await give_up(spoiled), await give_up(spoiled)]
    way.is_mended = True

    await spoiled.tries("place")
    await spoiled.does_all("follow")

    assert early == [[], []]
    assert [type(event) for event in await spoiled.says()] == [
        FulfillmentStarted,
        FulfillmentCancelled,
    ]


async def test_an_approval_that_cannot_be_read_keeps_no_other_order(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved("1001"), order_approved("1002"))
    async with fulfillment.service.database.statement() as statement:
        await statement.execute(
            "UPDATE placement SET approved = approved - 'items' WHERE order_id = $1",
            order_id("1001"),
        )

    said = await give_up(fulfillment)

    assert [(type(event), event.key) for event in said] == [
        (FulfillmentStarted, order_id("1002")),
        (FulfillmentRefused, order_id("1001")),
    ]
    assert len(await completeful.orders()) == 1
    await fulfillment.hears(order_approved("1001"))
    await fulfillment.tries("place")
    assert [type(event) for event in await fulfillment.says()] == [FulfillmentStarted]
