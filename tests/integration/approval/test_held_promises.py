"""What the broker does not take from a service, as a person sees it and has it tried again."""

from services.approval.domain.query import Query
from services.approval.live import Feed
from tests.integration.approval.pressing import page, press, wishes
from tests.support.events import order_id, order_received
from tests.support.failures import ended, held, product_set_aside, unreadable
from tests.support.service import Driver

HELD = f"orders.v1/{order_id('7')}"


async def test_what_the_broker_does_not_take_is_shown_with_its_order(signed_in: Driver) -> None:
    await signed_in.hears(unreadable(), product_set_aside(), order_received("7"))
    found = held(f"orders.v1/{order_id('7')}", service="approval", subject="OrderApproved")
    await signed_in.hears(found, held())

    banner, shown = await page(signed_in, "/"), await page(signed_in)

    assert "of 2 orders, products or topics does not reach the others" in banner
    assert "Services could not take in 1 other event" in banner
    assert "approval cannot publish OrderApproved of #7" in shown
    assert f'<a href="/orders/{order_id("7")}">#7</a>' in shown
    assert "raise its max.message.bytes" in shown
    assert "954,321 bytes" in shown


async def test_what_is_held_can_be_tried_again_and_not_given_up(signed_in: Driver) -> None:
    await signed_in.hears(held())

    shown = await page(signed_in)
    await press(signed_in, "retry", shown)

    assert "Give up" not in shown
    asked = ("FailureRetryRequested", "fulfillment", "held_promise", ("catalog.v1/adventure-tee",))
    assert wishes(await signed_in.says()) == [asked]


async def test_who_hears_nothing_is_not_asked(signed_in: Driver) -> None:
    reason = "there is no topic catalog.v1, and what is said on it waits: run `platen migrate`"
    await signed_in.hears(
        held("catalog.v1", subject="catalog.v1", reason=reason, can_retry=False, service="catalog")
    )

    shown = await page(signed_in)

    assert "catalog cannot publish anything on catalog.v1" in shown
    assert "The topic is missing: <code>platen migrate</code> makes it." in shown
    assert "tried again by itself" in shown
    assert "/failures/retry" not in shown


async def test_an_orders_own_page_names_what_is_held_of_it(signed_in: Driver) -> None:
    reason = "orders.v1 does not take events of this size (MessageSizeTooLargeError)"
    await signed_in.hears(order_received("7"), order_received("8"))
    await signed_in.hears(held(HELD, service="approval", subject="OrderApproved", reason=reason))

    own, other = [await page(signed_in, f"/orders/{order_id(each)}") for each in ("7", "8")]

    assert "approval cannot publish OrderApproved of #7" in own
    assert "raise its max.message.bytes" in own
    assert "cannot publish" not in other


async def test_what_is_held_of_one_order_is_tried_again_alone(signed_in: Driver) -> None:
    await signed_in.hears(order_received("7"))
    await signed_in.hears(held(HELD), held(f"orders.v1/{order_id('8')}"))
    address = f"/orders/{order_id('7')}"

    answer = await press(signed_in, "retry", await page(signed_in, address))

    assert answer.headers["location"] == f"{address}?done=retry"
    asked = ("FailureRetryRequested", "fulfillment", "held_promise", (HELD,))
    assert wishes(await signed_in.says()) == [asked]
    assert "fulfillment has not answered yet" in await page(signed_in, address)
    assert "of 1 order, product or topic does not reach" in await page(signed_in, "/")


async def test_a_press_on_what_has_ended_says_that_nothing_was_done(signed_in: Driver) -> None:
    await signed_in.hears(order_received("7"), held(HELD))
    shown = await page(signed_in, f"/orders/{order_id('7')}")
    await signed_in.hears(ended(held(HELD)))

    answer = await press(signed_in, "retry", shown)

    assert wishes(await signed_in.says()) == []
    assert "nothing was done" in await page(signed_in, answer.headers["location"])


async def test_an_open_page_of_an_order_is_told(signed_in: Driver) -> None:
    await signed_in.hears(order_received("7"))
    feed: Feed = signed_in.service.http.state.feed
    news = feed.follow(Query(order_id=order_id("7")), None, takes_new=False)
    await anext(news)

    await signed_in.hears(held(HELD))
    await signed_in.does("live")

    assert "event: refresh" in await anext(news)
    await news.aclose()
