"""What ingest does when the storefront calls."""

import asyncio
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

import pytest

from shared.events import OrderCancelled, OrderChanged, OrderReceived
from tests.integration.ingest.calling import kinds, post
from tests.support.service import Driver
from tests.support.shopify import shopify_line, shopify_order, webhook


async def test_a_new_order_is_said_with_everything_in_it(ingest: Driver) -> None:
    response = await post(ingest, webhook(shopify_order(1001)))

    assert response.status_code == 200
    [order] = await ingest.says()
    assert isinstance(order, OrderReceived)
    assert order.storefront_order_id == "9007199254740994001"
    assert (order.total.minor, order.total.currency) == (3400, "USD")
    assert order.items[0].properties[0].value == "Ada"
    assert order.shipping_address is not None
    assert order.shipping_address.region == "TX"


async def test_the_same_webhook_twice_at_once_is_heard_once(ingest: Driver) -> None:
    request = webhook(shopify_order())

    answers = await asyncio.gather(*[post(ingest, request) for _ in range(5)])

    assert [answer.status_code for answer in answers] == [200] * 5
    assert kinds(await ingest.says()) == [OrderReceived]


async def test_a_webhook_that_is_refused_is_counted(ingest: Driver) -> None:
    answers = [
        await post(ingest, webhook(shopify_order(), secret="forged")),
        await post(ingest, webhook(shopify_order(), X_Shopify_Shop_Domain="other.myshopify.com")),
        await post(ingest, webhook(shopify_order())),
    ]

    counted = (await ingest.http.get("/metrics")).text

    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert "platen_webhooks_refused_total 2.0" in counted


async def test_one_event_under_two_webhook_ids_is_heard_once(ingest: Driver) -> None:
    await post(ingest, webhook(shopify_order(), X_Shopify_Event_Id="same"))
    await post(ingest, webhook(shopify_order(), X_Shopify_Event_Id="same"))

    assert kinds(await ingest.says()) == [OrderReceived]


async def test_one_event_of_many_orders_is_heard_of_each(ingest: Driver) -> None:
    for number in (1, 2, 3):
        pending = shopify_order(number, financial_status="pending")
        await post(ingest, webhook(pending, X_Shopify_Event_Id=f"order-{number}"))
    for number in (1, 2, 3):
        paid = webhook(shopify_order(number), "orders/paid", X_Shopify_Event_Id="all captured")
        await post(ingest, paid)

    changed = [event for event in await ingest.says() if isinstance(event, OrderChanged)]
    assert [event.is_paid for event in changed] == [True] * 3
    assert len({event.order_id for event in changed}) == 3


async def test_paid_before_created_gives_one_paid_order(ingest: Driver) -> None:
    paid = shopify_order(updated_at="2026-10-01T08:00:02-04:00")
    created = shopify_order(financial_status="pending")

    await post(ingest, webhook(paid, "orders/paid"))
    await post(ingest, webhook(created, "orders/create"))

    [order] = await ingest.says()
    assert isinstance(order, OrderReceived)
    assert order.is_paid


async def test_created_and_paid_in_the_same_second_is_a_change(ingest: Driver) -> None:
    await post(ingest, webhook(shopify_order(financial_status="pending"), "orders/create"))
    await post(ingest, webhook(shopify_order(), "orders/paid"))

    events = await ingest.says()
    assert kinds(events) == [OrderReceived, OrderChanged]
    assert isinstance(events[1], OrderChanged)
    assert events[1].is_paid


async def test_an_update_that_changes_nothing_says_nothing(ingest: Driver) -> None:
    await post(ingest, webhook(shopify_order()))
    later = shopify_order(updated_at="2026-10-01T09:00:00-04:00", tags="seen")
    await post(ingest, webhook(later, "orders/updated"))

    assert kinds(await ingest.says()) == [OrderReceived]


async def test_a_late_delivery_does_not_turn_the_order_back(ingest: Driver) -> None:
    placed = datetime.now(UTC) - timedelta(days=1)
    times = [(placed + timedelta(hours=hours)).isoformat() for hours in range(3)]
    older = shopify_order(created_at=times[0], updated_at=times[1])
    newer = shopify_order(created_at=times[0], updated_at=times[2], email="new@example.com")
    await post(ingest, webhook(newer, "orders/updated", X_Shopify_Event_Id="b"))
    await post(ingest, webhook(older, "orders/updated", X_Shopify_Event_Id="a"))

    [order] = await ingest.says()
    assert isinstance(order, OrderReceived)
    assert order.shopper.email == "new@example.com"


async def test_a_cancellation_before_the_order_is_said_first(ingest: Driver) -> None:
    cancelled = shopify_order(cancelled_at="2026-10-01T08:05:00-04:00", cancel_reason="customer")
    await post(ingest, webhook(cancelled, "orders/cancelled"))
    await post(ingest, webhook(shopify_order(), "orders/create"))

    assert kinds(await ingest.says()) == [OrderCancelled, OrderReceived]


async def test_an_update_of_a_years_old_order_is_kept_quietly(ingest: Driver) -> None:
    old = shopify_order(created_at="2020-01-01T00:00:00Z")

    response = await post(ingest, webhook(old, "orders/updated"))

    assert response.status_code == 200
    assert await ingest.says() == []


async def test_a_delivery_that_spoils_its_group_fails_alone(ingest: Driver) -> None:
    no_text_holds_this = webhook(shopify_order(1), "orders/\0")
    good = [webhook(shopify_order(number)) for number in range(2, 8)]

    answers = await asyncio.gather(
        *[post(ingest, request) for request in [*good[:3], no_text_holds_this, *good[3:]]]
    )

    assert [answer.status_code for answer in answers] == [200, 200, 200, 500, 200, 200, 200]
    assert len(await ingest.says()) == 6


async def test_a_line_removed_since_has_no_quantity(ingest: Driver) -> None:
    await post(ingest, webhook(shopify_order(line_items=[shopify_line(current_quantity=0)])))

    [order] = await ingest.says()
    assert isinstance(order, OrderReceived)
    assert order.items[0].quantity == 0


async def test_an_order_too_large_for_the_stream_is_kept_for_a_person(ingest: Driver) -> None:
    essay = [{"name": "Essay", "value": "x" * 1_100_000}]
    too_large = webhook(shopify_order(1, line_items=[shopify_line(properties=essay)]))

    answers = await asyncio.gather(post(ingest, too_large), post(ingest, webhook(shopify_order(2))))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await ingest.says()) == 1
    [kept] = (await ingest.http.get("/v1/deliveries/unreadable")).json()
    assert "OrderReceived of 11" in kept["problem"]


async def test_a_body_nested_without_end_is_kept_for_a_person(ingest: Driver) -> None:
    response = await post(ingest, webhook(b'{"line_items":' + b"[" * 100_000))

    assert "recursion" in response.json()["kept_for_a_person"]


async def test_an_order_of_the_year_one_fails_neither_itself_nor_others(ingest: Driver) -> None:
    far_off = webhook(shopify_order(1, updated_at="0001-01-01T00:00:00+14:00"))

    answers = await asyncio.gather(post(ingest, far_off), post(ingest, webhook(shopify_order(2))))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "year 1" in answers[0].json()["kept_for_a_person"]


@pytest.mark.parametrize("header", ["X_Shopify_Webhook_Id", "X_Shopify_Event_Id"])
async def test_an_id_that_no_index_takes_is_refused_with_the_reason(
    ingest: Driver, header: str
) -> None:
    answer = await post(ingest, webhook(shopify_order(), **{header: token_urlsafe(4_000)}))

    assert (answer.status_code, "255 bytes" in answer.json()["detail"]) == (400, True)


async def test_empty_event_ids_are_no_event_ids(ingest: Driver) -> None:
    for number in (1, 2):
        await post(ingest, webhook(shopify_order(number), X_Shopify_Event_Id=""))

    assert len(await ingest.says()) == 2
