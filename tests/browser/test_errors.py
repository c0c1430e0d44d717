"""Errors that nobody foresaw, really met: what a person sees, and what becomes of what is typed."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Page, expect

from tests.browser.orders import waiting
from tests.support.events import order_id
from tests.support.service import Driver

STREET = "17 Chestnut <Lane>"
RIGHT = "INSERT ON approval.happening"
RULE = "ALTER TABLE approval.review"


@pytest.fixture
async def superuser(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def order(approval: Driver, page: Page) -> str:
    """Give the page of an order that waits for an approval."""
    await waiting(approval, 1999)
    path = f"/orders/{order_id('1999')}"
    await page.goto(path)
    return path


@pytest.mark.parametrize(
    ("breaks", "mends", "said"),
    [
        (
            f"REVOKE {RIGHT} FROM approval",
            f"GRANT {RIGHT} TO approval",
            "Platen cannot answer now",
        ),
        (
            f"{RULE} ADD CONSTRAINT never CHECK (revision < 0) NOT VALID",
            f"{RULE} DROP CONSTRAINT never",
            "Platen met an error of its own",
        ),
    ],
)
async def test_what_was_typed_is_kept_and_sent_again(
    page: Page, order: str, superuser: asyncpg.Connection, breaks: str, mends: str, said: str
) -> None:
    await page.get_by_text("Correct address", exact=True).click()
    await page.get_by_label("Street").fill(STREET)
    await superuser.execute(breaks)
    await page.get_by_role("button", name="Save address").click()

    heading = page.get_by_role("heading", name=said)
    await expect(heading).to_be_visible()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Send it again").click()
    await expect(heading).to_be_visible()
    shown = await page.content()
    await superuser.execute(mends)
    await page.get_by_role("button", name="Send it again").click()

    await expect(page.get_by_text("Address corrected.")).to_be_visible()
    await expect(page.locator("address")).to_contain_text(STREET)
    assert page.url.endswith(f"{order}?done=address")
    assert f'<a href="{order}">Show the order</a>' in shown
    assert not [word for word in ("Traceback", "asyncpg", "happening", "never") if word in shown]


async def test_a_page_that_met_an_error_can_be_loaded_again(
    page: Page, order: str, superuser: asyncpg.Connection
) -> None:
    change = "UPDATE approval.review_facts SET facts = $1"
    facts = await superuser.fetchval("SELECT facts FROM approval.review_facts")
    await superuser.execute(change, '{"order": "of Ada Lovelace"}')

    await page.goto(f"{order}?portion=200")

    await expect(page.get_by_role("heading", name="an error of its own")).to_be_visible()
    assert "Lovelace" not in await page.content()
    await superuser.execute(change, facts)
    await page.get_by_role("link", name="Load it again").click()
    await expect(page.get_by_role("heading", name="#1999")).to_be_visible()
    assert page.url.endswith("?portion=200")


async def test_what_is_no_error_of_ours_cannot_be_sent_again(
    opened: Callable[..., Any],
) -> None:
    async with opened("/nonsense") as page:
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        await expect(page.get_by_role("link", name="Load it again")).to_have_count(0)
        await expect(page.get_by_role("button", name="Send it again")).to_have_count(0)
