"""That an approved order waits is said with its reason, while Completeful is away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from services.fulfillment.worker import delays
from shared.events import FulfillmentDelayed, FulfillmentStarted
from tests.integration.fulfillment.completeful import Completeful, completeful_product
from tests.support.events import order_approved, order_cancelled, order_id
from tests.support.service import Driver, driving


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service, which says at once that an order waits, and tries again in an hour."""
    changes = {
        "delay_said_after_seconds": 0,
        "retry_first_seconds": 3600,
        "retry_last_seconds": 3600,
    }
    async with driving(build_app(settings.model_copy(update=changes))) as driver:
        await driver.hears(completeful_product())
        yield driver


async def said(fulfillment: Driver) -> list[tuple[str, str]]:
    await fulfillment.does_all("delays")
    events = await fulfillment.says()
    return [(each.key, each.reason) for each in events if isinstance(each, FulfillmentDelayed)]


async def test_an_order_that_failed_is_said_to_wait_once_with_its_reason(
    hasty: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("error")
    await hasty.hears(order_approved())
    await hasty.does("place")

    [(order, reason)] = await said(hasty)

    assert order == order_id()
    assert "500" in reason
    assert await said(hasty) == []


async def test_an_order_never_tried_waits_for_what_kept_the_others(
    hasty: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("error")
    await hasty.hears(order_approved("1001"))
    await hasty.does("place")
    await hasty.hears(order_approved("1002"))

    reasons = dict(await said(hasty))

    assert set(reasons) == {order_id("1001"), order_id("1002")}
    assert len(set(reasons.values())) == 1


async def test_another_reason_is_said_as_well(
    hasty: Driver, completeful: Completeful, monkeypatch: pytest.MonkeyPatch
) -> None:
    await completeful.goes_wrong("error")
    await hasty.hears(order_approved())
    await hasty.does("place")
    await said(hasty)
    monkeypatch.setattr(delays, "AGAIN_AFTER", timedelta())

    async with hasty.service.database.transaction() as transaction:
        await transaction.execute("UPDATE placement SET reason = 'the key is wrong'")

    assert await said(hasty) == [(order_id(), "the key is wrong")]
    assert await said(hasty) == []


async def test_what_is_placed_or_cancelled_waits_no_more(
    hasty: Driver, completeful: Completeful
) -> None:
    await hasty.hears(order_approved("1001"))
    await hasty.does_all("place")
    await hasty.hears(order_cancelled("1002"))
    await hasty.hears(order_approved("1002"))

    await hasty.does_all("delays")

    assert [type(each) for each in await hasty.says()] == [FulfillmentStarted]
    assert len(await completeful.orders()) == 1


async def test_an_order_that_has_just_come_is_not_said_to_wait(fulfillment: Driver) -> None:
    await fulfillment.hears(order_approved())

    assert await said(fulfillment) == []
