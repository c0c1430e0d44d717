"""Orders that wait for the factory, seen by who has the page open."""

from playwright.async_api import Page, expect

from tests.support.events import (
    fulfillment_delayed,
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.failures import ended, unasked
from tests.support.service import Driver


async def test_a_delay_comes_and_goes_while_one_looks(approval: Driver, page: Page) -> None:
    await approval.hears(order_received("1"), print_file_ready("1"))
    await approval.http.post(f"/v1/orders/{order_id('1')}/approve")
    banner = page.get_by_text("1 approved order waits for the factory")

    await approval.hears(fulfillment_delayed("1"))
    await expect(banner).to_be_visible()
    await approval.hears(fulfillment_started("1"))

    await expect(banner).to_have_count(0)


async def test_an_order_in_production_tells_that_the_factory_is_away_while_one_looks(
    approval: Driver, page: Page
) -> None:
    await approval.hears(order_received("1"), print_file_ready("1"))
    await approval.http.post(f"/v1/orders/{order_id('1')}/approve")
    await approval.hears(fulfillment_started("1"))
    await page.goto(f"/orders/{order_id('1')}")
    banner = page.get_by_text("The factory cannot be asked about this order")

    await approval.hears(unasked())
    await expect(banner).to_be_visible()
    await approval.hears(ended(unasked()))

    await expect(banner).to_have_count(0)
