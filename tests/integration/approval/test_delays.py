"""Approved orders that wait for the factory: the dashboard says since when, and why."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from services.approval.settings import Settings
from shared.web import Sessions
from tests.support.events import (
    MOMENT,
    event_set_aside,
    fulfillment_delayed,
    fulfillment_refused,
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.service import Driver

WHY = "Completeful answers HTTP 503"


@pytest.fixture
async def signed_in(approval: Driver, settings: Settings) -> Driver:
    """Give two approved orders that wait for the factory, and one that does not."""
    for number in ("1", "2", "3"):
        await approval.hears(order_received(number), print_file_ready(number))
        path = f"/v1/orders/{order_id(number)}/approve"
        (await approval.http.post(path)).raise_for_status()
    earlier = MOMENT - timedelta(hours=1)
    await approval.hears(fulfillment_delayed("1", waiting_since=earlier), fulfillment_delayed("2"))
    await approval.http.get(Sessions(settings.session_key).new_link(datetime.now(UTC)))
    return approval


async def shown(approval: Driver, path: str = "/") -> str:
    """Give a page with its white space as a browser shows it."""
    return " ".join((await approval.http.get(path)).text.split())


async def test_the_page_says_how_many_wait_since_when_and_why(signed_in: Driver) -> None:
    page = await shown(signed_in)

    assert "2 approved orders wait for the factory, the first since" in page
    assert "Oct 1, 11:00 UTC</time>: Completeful answers HTTP 503. They go out by" in page
    assert "needs you" not in page


async def test_the_orders_that_wait_are_listed_with_the_reason(signed_in: Driver) -> None:
    page = await shown(signed_in, "/?trouble=yes")

    assert page.count('<tr id="o-') == 2
    assert f"Waits for Completeful: {WHY}" in page
    assert re.search(r"\(since <time datetime=\S+>Oct 1, 12:00 UTC</time>\)", page)


async def test_the_orders_own_page_says_it_too(signed_in: Driver) -> None:
    page = await shown(signed_in, f"/orders/{order_id('1')}")

    assert page.count(f"Waits for Completeful: {WHY}") == 2
    assert re.search(r"\(since <time datetime=\S+>Oct 1, 11:00 UTC</time>\)", page)


async def test_it_disappears_when_the_factory_takes_them(signed_in: Driver) -> None:
    await signed_in.hears(fulfillment_started("1"))
    one = await shown(signed_in)
    await signed_in.hears(fulfillment_started("2"))
    none = await shown(signed_in)

    assert "1 approved order waits for the factory, since" in one
    assert "for the factory" not in none
    assert '<tr id="o-' not in await shown(signed_in, "/?trouble=yes")


async def test_a_refusal_and_another_approval_begin_anew(signed_in: Driver) -> None:
    await signed_in.hears(fulfillment_refused("1"), fulfillment_refused("2"))
    refused = await shown(signed_in)
    await signed_in.http.post(f"/v1/orders/{order_id('1')}/retry")
    again = await shown(signed_in)
    await signed_in.hears(fulfillment_delayed("1", reason="Completeful asks us to slow down"))
    delayed = await shown(signed_in)

    assert "for the factory" not in refused + again
    assert "Completeful asks us to slow down" in delayed


async def test_an_order_in_other_trouble_needs_a_person_all_the_same(signed_in: Driver) -> None:
    await signed_in.hears(event_set_aside("1"))

    page = await shown(signed_in)

    assert "1 order needs you" in page
    assert "1 approved order waits for the factory" in page
