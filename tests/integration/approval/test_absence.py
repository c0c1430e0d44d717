"""A factory that cannot be asked: its orders, the dashboard and the failures say so, and why."""

import re
from datetime import UTC, datetime

import pytest

from services.approval.settings import Settings
from shared.web import Sessions
from tests.support.events import (
    fulfillment_delayed,
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.failures import ended, unasked
from tests.support.service import Driver

DENIED = "Completeful denies us access (HTTP 401): check the key and its scopes."


@pytest.fixture
async def made(approval: Driver, settings: Settings) -> Driver:
    """Give one order that the factory makes, and one that nobody has approved."""
    for number in "12":
        await approval.hears(order_received(number), print_file_ready(number))
    (await approval.http.post(f"/v1/orders/{order_id('1')}/approve")).raise_for_status()
    await approval.hears(fulfillment_started("1"))
    await approval.http.get(Sessions(settings.session_key).new_link(datetime.now(UTC)))
    return approval


async def page(approval: Driver, path: str = "/failures") -> str:
    """Give a page with its white space as a browser shows it."""
    return " ".join((await approval.http.get(path)).text.split())


async def test_an_order_in_production_says_that_the_factory_cannot_be_asked(made: Driver) -> None:
    before = await page(made, f"/orders/{order_id('1')}")
    await made.hears(unasked())

    shown = await page(made, f"/orders/{order_id('1')}")

    assert "cannot be asked" not in before
    assert f"The factory cannot be asked about this order: {DENIED}" in shown
    assert re.search(r"since <time datetime=\S+>Oct 1, 12:00 UTC</time>", shown)
    assert "cannot be asked" not in await page(made, f"/orders/{order_id('2')}")


async def test_an_operator_is_told_why_and_what_to_do(made: Driver) -> None:
    await made.hears(unasked())

    banner, failures = await page(made, "/"), await page(made)

    assert f"UTC</time>: {DENIED} Nothing new is heard of orders that it makes." in banner
    assert "fulfillment cannot ask Completeful" in failures
    assert "<code>FULFILLMENT_COMPLETEFUL_KEY</code>, and restart fulfillment" in failures
    assert DENIED.rstrip(".") in failures
    assert "Try again" not in failures
    assert "could not take in" not in banner


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("Completeful has moved (HTTP 301): check its address", "FULFILLMENT_COMPLETEFUL_URL"),
        ("Completeful is in trouble (HTTP 503)", "status page"),
    ],
)
async def test_what_to_do_follows_from_the_reason(made: Driver, reason: str, advice: str) -> None:
    await made.hears(unasked(reason=reason))

    assert advice in await page(made)


async def test_orders_that_wait_are_counted_with_the_reason_once(made: Driver) -> None:
    (await made.http.post(f"/v1/orders/{order_id('2')}/approve")).raise_for_status()
    await made.hears(unasked(), fulfillment_delayed("2", is_provider_away=True))

    shown = await page(made, "/")

    assert f"{DENIED} 1 approved order waits for it, and nothing new is heard" in shown
    assert shown.count("1 approved order waits") == 1


async def test_a_factory_that_answers_again_is_said_to_be_away_nowhere(made: Driver) -> None:
    await made.hears(unasked(), ended(unasked()))

    assert "cannot be asked" not in await page(made, f"/orders/{order_id('1')}")
    assert "cannot be asked" not in await page(made, "/")
    assert "Nothing has failed" in await page(made)
