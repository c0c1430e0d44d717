"""The pages on a telephone: nothing sticks out at its side."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.events import (
    fulfillment_delayed,
    line_item,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.failures import held, kept, product_set_aside, unasked, unreadable
from tests.support.service import Driver, record

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DENIED = "Completeful denies us access (HTTP 401): check the key and its scopes"
LINES = tuple(str(place) for place in range(30))


async def test_no_page_is_wider_than_a_phone(approval: Driver, opened: Callable[..., Any]) -> None:
    items = tuple(line_item(line_item_id=line) for line in LINES)
    await approval.hears(order_received("1", items=items), unreadable("17"), product_set_aside())
    await approval.hears(*(print_file_ready("1", line_item_id=line) for line in LINES))
    widths = {}

    async with opened(**PHONE) as phone:
        for path in (f"/orders/{order_id('1')}", "/rules", "/failures", "/keys", "/signed-out"):
            await phone.goto(path)
            widths[path] = await phone.evaluate("() => document.documentElement.scrollWidth")

    assert {path: width for path, width in widths.items() if width > 390} == {}


async def test_the_button_that_creates_a_key_is_whole(opened: Callable[..., Any]) -> None:
    async with opened("/keys", **PHONE) as phone:
        button = phone.get_by_role("button", name="Create key")

        await expect(button).to_be_in_viewport(ratio=1)


async def test_an_order_that_cannot_be_picked_leaves_no_gap_for_it(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(order_received("1", is_test=True), print_file_ready("1"))

    async with opened(**PHONE) as phone:
        row = phone.locator("tbody tr")
        boxes = [
            await row.locator(f"td.{name}").bounding_box()
            for name in ("number", "amount", "shopper")
        ]

    (number, amount, shopper) = boxes
    assert number["x"] == shopper["x"]
    assert amount["x"] + amount["width"] == shopper["x"] + shopper["width"]


async def test_what_can_be_done_with_an_order_comes_before_its_items(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    items = tuple(line_item(line_item_id=line) for line in LINES)
    await approval.hears(order_received("1", items=items))

    async with opened(f"/orders/{order_id('1')}", **PHONE) as phone:
        for action in ("Correct address", "Put on hold", "Reject", "Cancel order"):
            await expect(phone.get_by_text(action, exact=True).first).to_be_in_viewport(ratio=1)


async def test_failures_of_every_kind_take_two_lines_of_a_phone(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(unreadable("17"), unreadable("18"), product_set_aside(), held(), kept())
    broken = record(b"{", order_id("2"), [("ce_type", b"OrderReceived")])
    await approval.hears_records(broken)
    banner = "#alerts .banner"

    async with opened(**PHONE) as phone, opened() as desk:
        box = await phone.locator(banner).bounding_box()
        short, whole = [await page.locator(banner).inner_text() for page in (phone, desk)]

        await phone.get_by_role("link", name="Show them").click()
        await expect(phone.get_by_role("heading", name="Failures", exact=True)).to_be_visible()

    assert short == "6 failures of 5 kinds: orders may be missing here. Show them"
    assert box["height"] <= 70
    assert whole.startswith("2 webhooks of the store could not be read: orders may be missing here")
    assert "does not reach the others" in whole
    assert "failures of 5 kinds" not in whole


@pytest.mark.parametrize(
    ("delayed", "away", "short", "whole"),
    [
        ("12", False, "2 orders wait for the factory since Oct 1", "They go out by themselves"),
        ("", True, "The factory cannot be asked since Oct 1", f": {DENIED}. Nothing new is"),
        ("12", True, "The factory cannot be asked: 2 orders wait", "2 approved orders wait for it"),
    ],
)
async def test_a_factory_that_is_away_takes_two_lines_of_a_phone(
    approval: Driver,
    opened: Callable[..., Any],
    delayed: str,
    *,
    away: bool,
    short: str,
    whole: str,
) -> None:
    for number in delayed:
        await approval.hears(order_received(number), print_file_ready(number))
        await approval.http.post(f"/v1/orders/{order_id(number)}/approve")
        await approval.hears(fulfillment_delayed(number, reason=DENIED))
    await approval.hears(*[unasked()] * away)
    banner = "#alerts .banner"

    async with opened(**PHONE) as phone, opened() as desk:
        box = await phone.locator(banner).bounding_box()
        said = [await page.locator(banner).inner_text() for page in (phone, desk)]

    assert said[0].startswith(short)
    assert box["height"] <= 70
    assert whole in said[1]
