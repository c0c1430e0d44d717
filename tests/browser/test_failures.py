"""What could not be taken in, as a person meets it: a banner, a page, and buttons that end it."""

from typing import Any

from playwright.async_api import Page, expect

from shared.events import FailureDropRequested, FailureRetryRequested
from tests.support.events import order_id, order_received, product_published
from tests.support.failures import ended, product_set_aside, unread, unreadable
from tests.support.service import Driver, record


def alerts(page: Page) -> Any:
    return page.locator("#alerts")


async def test_a_banner_comes_and_goes_while_one_looks(approval: Driver, page: Page) -> None:
    await expect(alerts(page)).to_be_empty()

    await approval.hears(unreadable("17"))
    await expect(alerts(page)).to_contain_text("1 webhook of the store could not be read")
    await approval.hears(ended(unreadable("17")))

    await expect(alerts(page)).not_to_contain_text("webhook")


async def test_a_webhook_is_looked_into_and_read_again(approval: Driver, page: Page) -> None:
    await approval.hears(unreadable("17"), unreadable("18"))
    await alerts(page).get_by_role("link", name="Show them").click()
    sheet = page.get_by_role("region", name="2 webhooks orders/create could not be read")

    await sheet.get_by_text("Show the newest").click()
    await expect(sheet.get_by_role("link", name="Payload of webhook 18")).to_be_visible()
    await sheet.get_by_role("button", name="Read again").click()
    await expect(page.get_by_role("status")).to_contain_text("Asked for another attempt.")
    await expect(sheet).to_contain_text("ingest has not answered yet")
    await approval.hears(ended(unreadable("17")), ended(unreadable("18")))

    await expect(page.get_by_role("heading", name="Nothing has failed")).to_be_visible()
    assert [type(event) for event in await approval.says()] == [FailureRetryRequested]


async def test_to_give_up_takes_two_steps(approval: Driver, page: Page) -> None:
    await approval.hears(product_published("adventure-tee", title="Adventure tee"))
    await approval.hears(product_set_aside())
    await page.goto("/failures")
    sheet = page.get_by_role("region", name="ProductChanged of Adventure tee")
    await expect(sheet.get_by_role("button", name="Give up for ever")).to_be_hidden()

    await sheet.get_by_text("Give up", exact=True).click()
    await expect(sheet).to_contain_text("This cannot be undone.")
    await sheet.get_by_role("button", name="Give up for ever").click()

    await expect(page.get_by_role("status")).to_have_text("Given up.")
    assert [type(event) for event in await approval.says()] == [FailureDropRequested]


async def test_damaged_records_are_skipped_in_two_steps(approval: Driver, page: Page) -> None:
    await expect(alerts(page)).to_be_empty()
    await approval.hears(unread())
    await expect(alerts(page)).to_contain_text("The stream cannot be read on in 1 place")
    await alerts(page).get_by_role("link", name="Show it").click()
    sheet = page.get_by_role("region", name="fulfillment cannot read on in orders.v1, partition 0")
    await expect(sheet).to_contain_text("1,204 events wait behind it, at least.")
    await expect(sheet.get_by_role("button", name="Skip for ever")).to_be_hidden()

    await sheet.get_by_text("Skip", exact=True).click()
    await expect(sheet).to_contain_text("This cannot be undone.")
    await sheet.get_by_role("button", name="Skip for ever").click()

    await expect(page.get_by_role("status")).to_contain_text("Asked to skip it.")
    await expect(sheet).to_contain_text("fulfillment has not answered yet")
    await approval.hears(ended(unread()))
    await expect(page.get_by_role("heading", name="Nothing has failed")).to_be_visible()
    assert [type(event) for event in await approval.says()] == [FailureDropRequested]


async def test_an_own_failure_names_its_order_and_appears_by_itself(
    approval: Driver, page: Page
) -> None:
    await approval.hears(order_received("7"))
    await approval.hears_records(record(b"{}", order_id("7"), []))
    await expect(alerts(page)).to_contain_text("News of 1 order or product")

    await alerts(page).get_by_role("link", name="Show it").click()
    await expect(page.get_by_role("region").get_by_role("link", name="#7")).to_be_visible()
    await page.get_by_role("button", name="Try unknown of #7 again").click()

    await expect(page.get_by_role("heading", name="Nothing has failed")).to_be_visible()
    await approval.service.consumer.replay_next()
    await expect(page.get_by_role("region")).to_contain_text("This page could not take in")
