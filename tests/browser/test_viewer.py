"""Who may only look: everything is shown, and nothing is offered that would be refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from services.approval.access import COOKIE
from services.approval.settings import Settings
from shared.web import Person, Role, Sessions
from tests.support.events import order_id, order_received, print_file_failed, print_file_ready
from tests.support.service import Driver


async def test_who_may_only_look_is_offered_nothing(
    house: tuple[Driver, str, Settings], opened: Callable[..., Any]
) -> None:
    approval, url, settings = house
    await approval.hears(order_received("1"), print_file_ready("1"))
    await approval.hears(order_received("2"), print_file_failed("2"))
    viewer = Person("somebody", Role.VIEWER).sealed()
    session = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))

    async with opened() as page:
        row = page.locator(f"#o-{order_id('1')}")
        await expect(row.get_by_role("checkbox")).to_be_visible()
        await page.context.add_cookies([{"name": COOKIE, "value": session, "url": url}])
        await page.reload()
        await row.hover()

        await expect(row.get_by_text("Needs approval")).to_be_visible()
        await expect(row.get_by_role("checkbox")).to_be_hidden()
        await expect(row.get_by_role("button")).to_have_count(0)
        await expect(page.get_by_role("button", name="Retry")).to_have_count(0)
