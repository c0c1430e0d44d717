"""The page of one order as a person uses it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.async_api import expect

from shared.events import OrderApproved, PrintFileRequested
from tests.browser.orders import line, made, placed
from tests.support.events import order_id
from tests.support.service import Driver

PATH = f"/orders/{order_id('1')}"


async def test_a_correction_prints_anew_and_then_is_approved(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(placed(1), made(1))
    async with opened(PATH) as page:
        await page.get_by_text("Correct answers").click()
        item = page.get_by_role("region", name=line(1).title)
        await item.get_by_label("Name", exact=True).fill("Boris")
        await page.get_by_role("button", name="Save and print anew").click()
        await expect(page.get_by_role("status")).to_contain_text("being made anew")
        await expect(page.locator("h1")).to_contain_text("Receiving files")

        [request] = await approval.says()
        assert isinstance(request, PrintFileRequested)
        await approval.hears(made(1, request.line))
        await expect(page.locator("h1")).to_contain_text("Needs approval")
        await page.get_by_role("button", name="Approve order").click()

        await expect(page.locator("h1")).to_contain_text("Approved")
        timeline = page.locator(".timeline")
        await expect(timeline).to_contain_text(f"Corrected {line(1).title}: Name: Grace → Boris")
        await expect(timeline).to_contain_text("merchant")
    [said] = await approval.says()
    assert isinstance(said, OrderApproved)


async def test_an_order_is_held_and_released(approval: Driver, opened: Callable[..., Any]) -> None:
    await approval.hears(placed(1), made(1))
    async with opened(PATH) as page:
        await page.get_by_text("Put on hold", exact=True).first.click()
        await page.get_by_label("Reason").first.fill("The shopper is asked")
        await page.get_by_role("button", name="Put on hold").click()
        await expect(page.locator("#order .banner")).to_have_text(
            "Put on hold by merchant: The shopper is asked"
        )

        await page.get_by_role("button", name="Release").click()

        await expect(page.locator("h1")).to_contain_text("Needs approval")


async def test_what_changed_meanwhile_is_not_approved(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(placed(1), made(1))
    async with opened(PATH, java_script_enabled=False) as page:
        changed = placed(1).changed_at + timedelta(days=1)
        await approval.hears(placed(1, changed_at=changed, shipping_address=None))

        await page.get_by_role("button", name="Approve order").click()

        await expect(page.get_by_role("alert")).to_contain_text("could not be approved")
    assert await approval.says() == []


async def test_a_picture_is_enlarged_to_its_pixels_by_keyboard(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(placed(1), made(1))
    async with opened(PATH) as page:
        await page.locator("a[data-zoom]").last.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name=f"Print file of {line(1).title}, front")
        await expect(dialog).to_be_visible()

        await dialog.get_by_role("button", name="Actual size").click()

        await expect(dialog.get_by_role("img")).to_have_css("width", "340px")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
