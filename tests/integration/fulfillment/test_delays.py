"""That an approved order waits is said with its reason, while Completeful is away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from services.fulfillment.worker import delays
from shared.events import FulfillmentDelayed, FulfillmentStarted
from tests.integration.fulfillment.completeful import Completeful, completeful_product
from tests.support.events import approved_item, order_approved, order_cancelled, order_id
from tests.support.service import Driver, driving

HASTE = {
    "delay_said_after_seconds": 0,
    "retry_first_seconds": 3600,
    "retry_last_seconds": 3600,
}


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service, which says at once that an order waits, and tries again in an hour."""
    async with driving(build_app(settings.model_copy(update=HASTE))) as driver:
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

    await change(hasty, "UPDATE placement SET reason = 'the key is wrong'")

    assert await said(hasty) == [(order_id(), "the key is wrong")]
    assert await said(hasty) == []


async def test_that_the_factory_is_away_is_a_fact_and_no_wording(
    hasty: Driver, completeful: Completeful, monkeypatch: pytest.MonkeyPatch
) -> None:
    await completeful.goes_wrong("error")
    await hasty.hears(order_approved("1001"))
    await hasty.does("place")
    await hasty.hears(order_approved("1002", items=(approved_item(product_id="late"),)))
    await hasty.does("place")
    await change(hasty, "UPDATE placement SET reason = 'in other words' WHERE is_away")
    await change(hasty, "UPDATE placement SET reason = 'Completeful shirt' WHERE NOT is_away")

    assert await said_to_be_away(hasty) == {order_id("1001"): True, order_id("1002"): False}
    monkeypatch.setattr(delays, "AGAIN_AFTER", timedelta())
    await change(hasty, "UPDATE placement SET is_away = true")
    assert await said_to_be_away(hasty) == {order_id("1002"): True}


async def change(fulfillment: Driver, statement: str) -> None:
    """Change what was kept of attempts, as time or other code would."""
    async with fulfillment.service.database.transaction() as transaction:
        await transaction.execute(statement)


async def said_to_be_away(fulfillment: Driver) -> dict[str, bool]:
    await fulfillment.does_all("delays")
    events = await fulfillment.says()
    delayed = [each for each in events if isinstance(each, FulfillmentDelayed)]
    return {each.key: each.is_provider_away for each in delayed}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"completeful_key": SecretStr("capp_live_1.replaced")}, "denies us access (HTTP 401)"),
        ({"completeful_url": "http://127.0.0.1:9/v1"}, "cannot be reached"),
    ],
)
async def test_a_factory_that_is_away_for_all_orders_is_said_to_be(
    settings: Settings, wrong: dict[str, object], why: str
) -> None:
    async with driving(build_app(settings.model_copy(update=HASTE | wrong))) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        await fulfillment.does("place")
        await fulfillment.does_all("delays")

        [delayed] = await fulfillment.says()

    assert isinstance(delayed, FulfillmentDelayed)
    assert why in delayed.reason
    assert delayed.is_provider_away


async def test_what_one_order_waits_for_is_no_sign_of_the_factorys_absence(hasty: Driver) -> None:
    await hasty.hears(order_approved(items=(approved_item(product_id="late"),)))
    await hasty.does("place")
    await hasty.does_all("delays")

    [delayed] = await hasty.says()

    assert isinstance(delayed, FulfillmentDelayed)
    assert not delayed.is_provider_away


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
