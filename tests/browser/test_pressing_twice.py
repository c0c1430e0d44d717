"""A button that is pressed twice: what it does is done once."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import Error, Route, expect

from shared.events import OrderApproved, ReprintOrdered
from tests.support.events import fulfillment_started, order_id, order_received, print_file_ready
from tests.support.service import Driver

TWICE = "(one) => { one.click(); setTimeout(() => { one.click(); console.log('twice'); }, 20); }"

COUNT = """() => {
  window.sent = 0;
  document.addEventListener("submit", () => { window.sent += 1; }, true);
  document.addEventListener("click", () => console.log("pressed"));
}"""


async def test_a_reprint_is_ordered_once(approval: Driver, opened: Callable[..., Any]) -> None:
    await approval.hears(order_received("7"), print_file_ready("7"))
    await approval.http.post(f"/v1/orders/{order_id('7')}/approve")
    await approval.hears(fulfillment_started("7"))
    await approval.says()

    sent: list[Route] = []
    is_pressed_twice = asyncio.Event()

    async def hold(route: Route) -> None:
        sent.append(route)
        await is_pressed_twice.wait()
        with suppress(Error):  # of a press that another one took the place of
            await route.continue_()

    async with opened(f"/orders/{order_id('7')}") as page:
        await page.route("**/reprint", hold)
        button = page.get_by_role("button", name="Reprint as a new order")
        page.on("console", lambda _: is_pressed_twice.set())
        await button.evaluate(TWICE)
        await expect(page.get_by_role("status")).to_contain_text("Ordered once more.")

    assert len(sent) == 1
    assert [type(said) for said in await approval.says()] == [ReprintOrdered]


async def test_an_order_is_approved_once_and_without_complaint(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(order_received("7"), print_file_ready("7"))

    async with opened("/") as page:
        row = page.get_by_role("row").filter(has_text="#7")
        await row.hover()
        await row.get_by_role("button", name="Approve order #7").dblclick()
        await expect(row).to_contain_text("Approved")
        await expect(page.locator(".notice.bad")).to_have_count(0)

    assert [type(said) for said in await approval.says()] == [OrderApproved]


async def test_the_second_press_of_two_does_not_undo_what_the_first_did(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(order_received("7"), print_file_ready("7"))
    seen = (await approval.http.get("/v1/rules")).headers["ETag"]
    rules = {"cooling_off_minutes": 5}
    await approval.http.put("/v1/rules", json=rules, headers={"If-Match": seen})

    async with opened("/") as page:
        row = page.get_by_role("row").filter(has_text="#7")
        await row.hover()
        await row.get_by_role("button", name="Approve order #7").click()
        undo = row.get_by_role("button", name="Undo the approval of order #7")
        await expect(undo).to_be_visible()

        await page.evaluate(COUNT)
        await undo.hover()
        await page.mouse.down(click_count=2)
        async with page.expect_console_message(lambda said: said.text == "pressed"):
            await page.mouse.up(click_count=2)

        assert await page.evaluate("() => window.sent") == 0
        await undo.click()
        await expect(row).to_contain_text("Needs approval")
