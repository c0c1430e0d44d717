"""Whatever shoppers, stores and providers write is shown as text and nothing else."""

from datetime import UTC, datetime

import pytest

from services.approval.access import create_key
from services.approval.domain.query import Query
from services.approval.live import Feed
from services.approval.settings import Settings
from shared.events import Address, Event, Finding, Property, Shopper
from shared.web import Role, Sessions
from tests.support.events import (
    fulfillment_started,
    line_item,
    order_cancelled,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
    product_published,
    shipped,
    storefront_refused,
)
from tests.support.service import Driver

HOSTILE = "</textarea></script><script>alert('x')</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
ITEM = line_item(
    title=HOSTILE,
    variant_title=HOSTILE,
    sku=HOSTILE,
    properties=(Property(name=HOSTILE, value=HOSTILE),),
)
PLACE = Address(
    name=HOSTILE,
    line1=HOSTILE,
    line2=HOSTILE,
    company=HOSTILE,
    city=HOSTILE,
    region=HOSTILE,
    postal_code=HOSTILE,
    country="<>",
    phone=HOSTILE,
)
ORDERS: dict[str, list[Event]] = {
    "waiting": [
        print_file_ready(
            "waiting",
            item_fingerprint=ITEM.fingerprint,
            findings=(Finding(code="x", severity="warning", message=HOSTILE),),
        )
    ],
    "failed": [print_file_failed("failed", item_fingerprint=ITEM.fingerprint, reason=HOSTILE)],
    "cancelled": [order_cancelled("cancelled", reason=HOSTILE)],
    "made": [fulfillment_started("made", provider_order_id=HOSTILE)],
    "shipped": [
        shipped(
            "shipped",
            carrier=HOSTILE,
            tracking_number=HOSTILE,
            tracking_url="javascript:alert(1)",
        ),
        storefront_refused("shipped", reason=HOSTILE),
    ],
}
MARKUP = ("<script>alert", "<img src=x", 'href="javascript:', "{{7*7}}\n49", "'><img")


@pytest.fixture
async def attacked(approval: Driver, settings: Settings) -> Driver:
    """Give a shop whose every text was written by somebody hostile, to a person signed in."""
    await approval.hears(product_published(title=HOSTILE))
    for number, news in ORDERS.items():
        order = order_received(
            number,
            order_number=HOSTILE,
            shop=HOSTILE,
            shopper=Shopper(name=HOSTILE, email=HOSTILE, phone=HOSTILE),
            shipping_address=PLACE,
            items=(ITEM,),
        )
        await approval.hears(order, *news)
    await approval.http.post(f"/v1/orders/{order_id('made')}/cancel", json={"reason": HOSTILE})
    await approval.http.post(f"/v1/orders/{order_id('waiting')}/hold", json={"reason": HOSTILE})
    await create_key(approval.service.database, HOSTILE, Role.VIEWER, HOSTILE)
    await approval.http.get(Sessions(settings.session_key).new_link(datetime.now(UTC)))
    return approval


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/?search={HOSTILE}",
        f"/?shop={HOSTILE}&product={HOSTILE}&since={HOSTILE}",
        f"/?view={HOSTILE}",
        "/rules",
        "/keys",
        *(f"/orders/{order_id(number)}" for number in ORDERS),
    ],
)
async def test_no_page_takes_text_for_markup(attacked: Driver, path: str) -> None:
    answer = await attacked.http.get(path)

    assert answer.status_code == 200
    assert [markup for markup in MARKUP if markup in answer.text] == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_no_live_news_take_text_for_markup(attacked: Driver) -> None:
    feed: Feed = attacked.service.http.state.feed
    news = feed.follow(Query(), None, takes_new=True)
    await anext(news)
    await attacked.hears(order_received("new", order_number=HOSTILE, items=(ITEM,)))
    await attacked.does("live")

    message = await anext(news)

    await news.aclose()
    assert "&lt;script&gt;" in message
    assert [markup for markup in MARKUP if markup in message] == []


async def test_a_line_break_in_a_text_ends_no_message(attacked: Driver) -> None:
    feed: Feed = attacked.service.http.state.feed
    news = feed.follow(Query(), None, takes_new=True)
    await anext(news)
    broken = "\n\nevent: refresh\ndata: x\r\rid: 1:2:\n\n"
    await attacked.hears(order_received("new", shopper=Shopper(name=broken), items=()))
    await attacked.does("live")

    lines = (await anext(news)).rstrip("\n").split("\n")

    await news.aclose()
    assert {line.partition(":")[0] for line in lines} == {"id", "data"}
    assert not any("\r" in line for line in lines)
