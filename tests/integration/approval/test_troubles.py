"""Orders that look finished and still need a person."""

from datetime import UTC, datetime

import pytest

from services.approval.settings import Settings
from shared.web import Sessions
from tests.support.events import (
    order_id,
    order_received,
    print_file_ready,
    shipped,
    storefront_refused,
    storefront_updated,
)
from tests.support.service import Driver

BANNER = "1 order needs you:\n  the store or a service could not take something in."


@pytest.fixture
async def signed_in(approval: Driver, settings: Settings) -> Driver:
    """Give a shop with a package that the store refused, among others that it took."""
    for number in ("1", "2", "3"):
        await approval.hears(order_received(number), print_file_ready(number), shipped(number))
    await approval.hears(storefront_updated("1"), storefront_refused("2", reason="on hold"))
    await approval.http.get(Sessions(settings.session_key).new_link(datetime.now(UTC)))
    return approval


async def shown(approval: Driver, path: str) -> str:
    return (await approval.http.get(path)).text


async def test_a_refused_package_is_said_on_every_tab(signed_in: Driver) -> None:
    assert BANNER in await shown(signed_in, "/")
    assert BANNER in await shown(signed_in, "/?view=approval")


async def test_only_troubled_orders_are_shown_with_reason_and_button(signed_in: Driver) -> None:
    page = await shown(signed_in, "/?trouble=yes")

    assert page.count('<tr id="o-') == 1
    assert "The store was not updated: on hold" in page
    assert f"/orders/{order_id('2')}/retry" in page


async def test_a_retry_ends_the_trouble_until_it_fails_again(signed_in: Driver) -> None:
    await signed_in.http.post(f"/v1/orders/{order_id('2')}/retry")
    retried = await shown(signed_in, "/")
    await signed_in.hears(storefront_refused("2", reason="still on hold"))
    refused = await shown(signed_in, "/")
    await signed_in.hears(storefront_updated("2"))
    told = await shown(signed_in, "/")

    assert [BANNER in page for page in (retried, refused, told)] == [False, True, False]
