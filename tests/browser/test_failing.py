"""Requests of an open page that fail: nothing of what is shown is lost, and the person is told."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.support.events import order_received
from tests.support.service import Driver

PROBLEM = '{"title": "Not available now", "status": 503, "detail": "Try again in a moment."}'


async def refuse(route: Route) -> None:
    await route.fulfill(status=503, content_type="application/problem+json", body=PROBLEM)


async def cut(route: Route) -> None:
    await route.abort()


@pytest.mark.parametrize(
    ("fail", "said"),
    [(refuse, "the server answered 503. Try again in a moment."), (cut, "did not answer")],
)
async def test_a_search_that_fails_leaves_the_list_as_it_was(
    approval: Driver, page: Page, fail: object, said: str
) -> None:
    await approval.hears(order_received("7"))
    await expect(page.get_by_role("link", name="#7")).to_be_visible()
    await page.route("**/?*search=boris*", fail)  # type: ignore[arg-type]

    await page.get_by_role("searchbox").fill("boris")

    await expect(page.get_by_role("alert")).to_contain_text(said)
    await expect(page.get_by_role("link", name="#7")).to_be_visible()

    await page.unroute_all()
    await page.get_by_role("searchbox").fill("nobody")
    await expect(page.get_by_role("heading", name="No order matches")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()
