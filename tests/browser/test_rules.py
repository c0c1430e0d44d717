"""Rules and the cooling-off, as a merchant uses them."""

from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.orders import made, placed, products
from tests.support.events import order_id
from tests.support.service import Driver


def row(page: Page, number: int) -> Any:
    return page.locator(f"#o-{order_id(str(number))}")


async def test_a_rule_says_what_it_would_do_before_it_is_saved(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(*products(), *map(placed, range(1, 5)), *map(made, range(1, 5)))
    async with opened("/rules") as page:
        await page.get_by_label("Total below").fill("32")
        trial = page.locator("#trial")
        await expect(trial).to_have_text(
            "2 of the 4 waiting orders would be approved once you save."
        )

        await page.get_by_role("button", name="Save rules").click()

        await expect(page.get_by_role("status").first).to_contain_text("Saved.")
        await expect(page.locator(".timeline")).to_contain_text("under $32.00")
    await approval.does_all("rules")
    assert len(await approval.says()) == 2


async def test_an_approval_is_undone_while_it_cools_off(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(placed(1), made(1), placed(2), made(2))
    async with opened("/rules") as page:
        await page.get_by_label("Minutes").fill("30")
        await page.get_by_role("button", name="Save rules").click()
        await expect(page.get_by_role("status").first).to_contain_text("Saved.")
        await page.goto("/")
        await page.get_by_label("Select all orders waiting for approval").check()
        await page.get_by_role("button", name="Approve Orders").click()
        await expect(page.locator(".notice")).to_contain_text("2 orders approved. Going out at")
        await expect(row(page, 1)).to_contain_text("Goes out at")

        await row(page, 1).locator(".offer").hover()
        await row(page, 1).get_by_role("button", name="Undo the approval of order #1").click()

        await expect(row(page, 1)).to_contain_text("Needs approval")
        await expect(row(page, 1)).to_contain_text("taken back by merchant")
        await expect(page.locator(".notice")).to_have_text(
            "1 approval taken back. Nothing was sent."
        )
        await page.goto(f"/orders/{order_id('2')}")
        await page.get_by_role("button", name="Undo approval").click()
        await expect(page.locator("h1")).to_contain_text("Needs approval")
    assert await approval.says() == []


async def test_what_was_approved_together_is_undone_together(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await approval.hears(placed(1), made(1), placed(2), made(2))
    seen = (await approval.http.get("/v1/rules")).headers["ETag"]
    await approval.http.put(
        "/v1/rules", json={"cooling_off_minutes": 5}, headers={"If-Match": seen}
    )
    async with opened() as page:
        await page.get_by_label("Select all orders waiting for approval").check()
        await page.get_by_role("button", name="Approve Orders").click()

        await page.locator(".notice").get_by_role("button", name="Undo").click()

        await expect(page.locator(".notice")).to_contain_text("2 approvals taken back.")
        await expect(page.locator("#count-approval")).to_have_text("2")
