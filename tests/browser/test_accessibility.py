"""Every page, light and dark, wide and narrow: no violation that axe knows, and a picture of it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Page, expect

from tests.browser.orders import a_shops_orders, products
from tests.support.events import event_set_aside, order_id
from tests.support.failures import held, kept, product_set_aside, unread, unreadable
from tests.support.service import Driver, record

SCRIPT = Path(str(axe_playwright_python.__file__)).parent / "axe.min.js"
PAGES = {
    "orders": "/",
    "needs-approval": "/?view=approval",
    "on-hold": "/?view=attention",
    "no-match": "/?search=nobody",
    "order": f"/orders/{order_id('1999')}",
    "fulfilled-order": f"/orders/{order_id('1981')}",
    "held-order": f"/orders/{order_id('1985')}",
    "nothing-here": "/nonsense",
    "failures": "/failures",
    "rules": "/rules",
    "keys": "/keys",
}
TOO_LARGE = "orders.v1 does not take events of this size (MessageSizeTooLargeError)"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 900}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
    },
}


async def violations(page: Page) -> list[str]:
    """Give what axe finds; its script is run by the browser's own door, past the page's policy."""
    await page.evaluate(SCRIPT.read_text())
    found = await page.evaluate("() => axe.run()")
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_can_be_used_by_everybody(
    approval: Driver, opened: Callable[..., Any], tmp_path: Path, look: str
) -> None:
    await approval.hears(*a_shops_orders(), *products(), event_set_aside("1999"))
    await approval.hears_records(record(b"{}", order_id("1981"), []))
    await approval.hears(*map(unreadable, map(str, range(12))), product_set_aside())
    await approval.hears(held(f"orders.v1/{order_id('1985')}", subject="Shipped", reason=TOO_LARGE))
    await approval.hears(kept(), kept("prints/2b.png"), unread())
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    async with opened(**LOOKS[look]) as page:
        found = {}
        for name, path in PAGES.items():
            await page.goto(path)
            await expect(page.locator("main")).to_be_visible()
            await page.wait_for_load_state("load")
            found[name] = await violations(page)
            await page.screenshot(path=folder / f"{name}-{look}.png")

    assert {name: each for name, each in found.items() if each} == {}
