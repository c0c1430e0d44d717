"""What is news of an order, in whatever order its webhooks arrive."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain import Delivery, KnownOrder, Reading, learn
from shared.events import Money, OrderCancelled, OrderChanged, OrderReceived, Shopper
from tests.support.events import MOMENT, SHOP, order_cancelled, order_id, order_received

OLDEST_NEWS = timedelta(days=60)


def version(number: int, *, is_paid: bool = True) -> OrderReceived:
    return order_received(
        changed_at=MOMENT + timedelta(seconds=number),
        shopper=Shopper(name=f"version {number}"),
        is_paid=is_paid,
    )


def reading(order: OrderReceived | None, cancellation: OrderCancelled | None = None) -> Reading:
    delivery = Delivery(SHOP, "orders/create", "1", None, b"", MOMENT)
    return Reading(delivery, order=order, cancellation=cancellation)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_the_last_thing_said_is_the_newest_that_came(numbers: list[int]) -> None:
    readings = [reading(version(number)) for number in numbers]

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    last = news[-1]
    assert isinstance(last, OrderReceived)
    assert last.shopper.name == f"version {max(numbers)}"


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_an_order_is_received_once_and_changed_afterwards(numbers: list[int]) -> None:
    readings = [reading(version(number)) for number in numbers]

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [type(event) for event in news] == [OrderReceived] + [OrderChanged] * (len(news) - 1)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=12), st.data())
def test_webhooks_in_two_groups_say_what_one_group_says(
    numbers: list[int], data: st.DataObject
) -> None:
    readings = [reading(version(number)) for number in numbers]
    cut = data.draw(st.integers(1, len(numbers) - 1))

    known, first = learn(KnownOrder(order_id()), readings[:cut], OLDEST_NEWS)
    _, second = learn(known, readings[cut:], OLDEST_NEWS)
    _, together = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [type(event) for event in [*first, *second]] == [type(event) for event in together]


@given(st.permutations([True, False]))
def test_what_was_paid_stays_paid_within_the_same_second(paid: list[bool]) -> None:
    readings = [reading(version(1, is_paid=is_paid)) for is_paid in paid]

    known, _ = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert known.is_paid


def test_a_cancellation_is_said_once_however_often_it_comes() -> None:
    readings = [reading(None, order_cancelled())] * 3

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [type(event) for event in news] == [OrderCancelled]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("34.00", "USD", 3400), ("1200", "JPY", 1200), ("1.234", "KWD", 1234), ("0.005", "EUR", 0)],
)
def test_money_is_counted_in_the_smallest_unit(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor
