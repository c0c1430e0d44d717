"""The orders page as a person uses it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Page, expect

from shared.events import OrderApproved
from tests.browser.orders import a_shops_orders, made, placed, row, waiting
from tests.support.events import shipped
from tests.support.service import Driver


async def test_an_order_appears_and_changes_without_reloading(approval: Driver, page: Page) -> None:
    await approval.hears(placed(1))
    await expect(row(page, 1)).to_contain_text("Receiving files")
    await approval.hears(made(1))

    await expect(row(page, 1)).to_contain_text("Needs approval")
    await expect(page.locator("#count-approval")).to_have_text("1")
    await expect(page.locator("#empty")).to_be_hidden()


async def test_hovering_over_the_status_offers_to_approve(approval: Driver, page: Page) -> None:
    await waiting(approval, 1)
    button = row(page, 1).get_by_role("button", name="Approve order #1")
    await expect(button).to_have_css("opacity", "0")

    await row(page, 1).locator(".offer").hover()
    await expect(button).to_have_css("opacity", "1")
    await button.click()

    await expect(row(page, 1)).to_contain_text("Approved")
    await expect(page.get_by_role("status").filter(has_text="1 order approved.")).to_be_visible()
    assert [type(event) for event in await approval.says()] == [OrderApproved]


async def test_hovering_over_fulfilled_shows_every_package(approval: Driver, page: Page) -> None:
    await waiting(approval, 1)
    await approval.hears(shipped("1"))
    await approval.hears(shipped("1", shipment_id="two", tracking_number="222"))

    await row(page, 1).get_by_role("button", name="Fulfilled").hover()

    packages = row(page, 1).get_by_role("group", name="Packages of #1")
    await expect(packages).to_be_visible()
    await expect(packages.get_by_role("link")).to_have_count(2)
    await expect(packages).to_contain_text("USPS")


async def test_everything_is_reached_by_keyboard_alone(approval: Driver, page: Page) -> None:
    await waiting(approval, 1, 2)
    for number in (1, 2):
        await expect(row(page, number)).to_contain_text("Needs approval")

    for key in ("j", "x", "j", "a"):
        await page.keyboard.press(key)

    await expect(row(page, 1)).to_contain_text("Approved")
    await expect(page.locator("#selected")).to_have_text("1 selected")
    await page.keyboard.press("/")
    await expect(page.get_by_label("Search orders")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


async def test_tabs_and_filters_keep_each_other(approval: Driver, page: Page) -> None:
    await approval.hears(*a_shops_orders())
    await page.reload()

    await page.get_by_role("link", name="Needs approval").click()
    await expect(page.locator("#tab-approval")).to_have_attribute("aria-current", "page")
    await page.get_by_label("Product").fill("Family")
    await page.keyboard.press("Enter")

    await expect(page.locator("#rows tr").first).to_contain_text("Family mug")
    await expect(page.locator("#rows tr").first).to_contain_text("Needs approval")


async def test_a_tab_is_narrowed_to_one_status(approval: Driver, page: Page) -> None:
    await approval.hears(*a_shops_orders())
    await page.reload()

    await page.get_by_role("combobox", name="Status").select_option("cancelled")

    await expect(page.locator("#rows tr")).to_have_count(1)
    await expect(page.locator("#rows tr")).to_contain_text("Cancelled")
    await page.get_by_role("link", name="Fulfilled").click()
    await expect(page.locator("#rows tr")).to_have_count(4)


async def test_a_day_is_that_of_the_readers_clock(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    evening = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)
    await approval.hears(placed(1, placed_at=evening), placed(2))
    async with opened(timezone_id="America/New_York") as page:
        await page.get_by_label("From").fill("2026-03-10")
        await page.get_by_label("To", exact=True).fill("2026-03-10")

        await expect(row(page, 2)).to_have_count(0)
        await expect(row(page, 1).locator("time")).to_contain_text("Mar 10")


async def test_nothing_is_wider_than_a_phone(approval: Driver, opened: Callable[..., Any]) -> None:
    await approval.hears(*a_shops_orders())
    async with opened(
        viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True
    ) as phone:
        width = await phone.evaluate("() => document.documentElement.scrollWidth")
        await (
            phone.locator("#rows tr", has_text="Needs approval")
            .first.get_by_role("button", name="Approve order")
            .tap()
        )

        await expect(phone.locator(".notice")).to_have_text("1 order approved.")
        assert width <= 375


async def test_text_of_shoppers_does_nothing(approval: Driver, page: Page) -> None:
    hostile = (
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    )
    await approval.hears(placed(1, order_number=hostile))

    await expect(row(page, 1)).to_contain_text("<script>")
    assert await page.title() == "Orders · Platen"
