"""Selecting orders and approving them together, as a person does."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.orders import made, placed, row, waiting
from tests.support.events import shipped
from tests.support.service import Driver


async def test_all_that_wait_are_selected_beyond_the_page_and_approved(
    approval: Driver, page: Page
) -> None:
    numbers = range(100, 160)
    await approval.hears(*map(placed, numbers), *map(made, numbers))
    await page.reload()

    await page.get_by_label("Select all orders waiting for approval").check()
    await expect(page.locator("#selected")).to_have_text("All 60 waiting for approval selected")
    await page.get_by_role("button", name="Approve Orders").click()

    await expect(page.locator(".notice")).to_have_text("60 orders approved.")
    await expect(page.locator("#count-approval")).to_have_text("0")
    assert len(await approval.says()) == 60


async def test_what_comes_after_select_all_is_left_and_named(approval: Driver, page: Page) -> None:
    await waiting(approval, 1)
    await expect(row(page, 1)).to_contain_text("Needs approval")
    await page.get_by_label("Select all orders waiting for approval").check()
    await expect(page.locator("#selected")).to_have_text("All 1 waiting for approval selected")
    await waiting(approval, 2)
    await expect(row(page, 2).get_by_role("checkbox")).not_to_be_checked()

    await page.get_by_role("button", name="Approve Orders").click()

    notice = page.get_by_role("alert")
    await expect(notice).to_contain_text("1 order came or changed after you looked")
    await expect(row(page, 1)).to_contain_text("Approved")
    await expect(row(page, 2)).to_contain_text("Needs approval")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}, "(502)"),
        ({"status": 503, "content_type": "application/json", "body": "upstream"}, "(503)"),
        (None, "did not answer."),
    ],
)
async def test_an_approval_without_an_answer_is_said(
    approval: Driver, page: Page, answer: dict[str, Any] | None, said: str
) -> None:
    await waiting(approval, 1)
    await row(page, 1).get_by_role("checkbox").check()

    async def stand_between(route: Route) -> None:
        await route.fetch()
        await (route.fulfill(**answer) if answer else route.abort())

    await page.route("**/approve", stand_between)
    await page.get_by_role("button", name="Approve Orders").click()

    await expect(page.get_by_role("alert")).to_contain_text(said)
    await expect(row(page, 1)).to_contain_text("Approved")
    await expect(page.locator("#progress")).to_be_hidden()
    await expect(page.get_by_role("alert")).to_contain_text("the list shows how it is now")


async def test_a_selection_outlives_a_search(approval: Driver, page: Page) -> None:
    await waiting(approval, 1, 2, 3)
    await row(page, 1).get_by_role("checkbox").check()

    await page.get_by_label("Search orders").fill("#2")
    await expect(row(page, 1)).to_have_count(0)
    await row(page, 2).get_by_role("checkbox").check()
    await expect(page.locator("#selected")).to_have_text("2 selected")
    await page.get_by_role("button", name="Approve Orders").click()

    await expect(page.locator(".notice")).to_have_text("2 orders approved.")


async def test_what_cannot_be_approved_is_named_with_the_reason(
    approval: Driver, page: Page
) -> None:
    await waiting(approval, 1, 2)
    for number in (1, 2):
        await row(page, number).get_by_role("checkbox").check()
    await approval.hears(shipped("1"))
    await expect(row(page, 1)).to_contain_text("Fulfilled")

    await page.get_by_role("button", name="Approve Orders").click()

    notice = page.get_by_role("alert")
    await expect(notice).to_contain_text("1 order approved. 1 could not be approved:")
    await expect(notice).to_contain_text("#1: It is not ready: fulfilled.")


async def test_all_are_selected_on_a_phone_too(
    approval: Driver, opened: Callable[..., Any]
) -> None:
    await waiting(approval, 1, 2)
    async with opened(
        viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True
    ) as phone:
        await phone.get_by_text("Select all waiting for approval").tap()

        await expect(phone.locator("#selected")).to_have_text("All 2 waiting for approval selected")


async def test_an_ended_session_is_said_and_nothing_is_done(approval: Driver, page: Page) -> None:
    await waiting(approval, 1)
    await row(page, 1).get_by_role("checkbox").check()
    await page.context.clear_cookies()

    await page.get_by_role("button", name="Approve Orders").click()

    await expect(page.get_by_role("heading")).to_have_text("You are not signed in")
    await expect(page.locator("main")).to_contain_text("what you sent last was not done")
    assert await approval.says() == []
