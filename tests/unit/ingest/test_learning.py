"""What is news of an order, in whatever order its webhooks arrive."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain import Delivery, KnownOrder, Reading, fingerprint_of, learn
from shared.events import Money, OrderCancelled, OrderChanged, OrderReceived, Shopper
from tests.support.events import MOMENT, SHOP, order_cancelled, order_id, order_received
from tests.support.written import event_of, read_order

OLDEST_NEWS = timedelta(days=60)


def version(number: int, *, is_paid: bool = True) -> OrderReceived:
    return order_received(
        changed_at=MOMENT + timedelta(seconds=number),
        shopper=Shopper(name=f"version {number}"),
        is_paid=is_paid,
    )


def reading(order: OrderReceived | None, cancellation: OrderCancelled | None = None) -> Reading:
    delivery = Delivery(SHOP, "orders/create", "1", None, b"", MOMENT)
    read = read_order(order) if order is not None else None
    return Reading(delivery, order=read, cancellation=cancellation)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_the_last_thing_said_is_the_newest_that_came(numbers: list[int]) -> None:
    readings = [reading(version(number)) for number in numbers]

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    last = event_of(news[-1])
    assert isinstance(last, OrderReceived)
    assert last.shopper.name == f"version {max(numbers)}"


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_an_order_is_received_once_and_changed_afterwards(numbers: list[int]) -> None:
    readings = [reading(version(number)) for number in numbers]

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [event.kind for event in news] == [OrderReceived] + [OrderChanged] * (len(news) - 1)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=12), st.data())
def test_webhooks_in_two_groups_say_what_one_group_says(
    numbers: list[int], data: st.DataObject
) -> None:
    readings = [reading(version(number)) for number in numbers]
    cut = data.draw(st.integers(1, len(numbers) - 1))

    known, first = learn(KnownOrder(order_id()), readings[:cut], OLDEST_NEWS)
    _, second = learn(known, readings[cut:], OLDEST_NEWS)
    _, together = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [event.kind for event in [*first, *second]] == [event.kind for event in together]


@given(st.permutations([True, False]))
def test_what_was_paid_stays_paid_within_the_same_second(paid: list[bool]) -> None:
    readings = [reading(version(1, is_paid=is_paid)) for is_paid in paid]

    known, _ = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert known.is_paid


PAYMENTS = {"pending": (False, False), "paid": (True, False), "refunded": (False, True)}


@given(st.permutations(list(PAYMENTS)))
def test_a_refund_follows_its_payment_within_one_second(payments: list[str]) -> None:
    orders = [
        version(1).model_copy(update={"is_paid": is_paid, "is_refunded": is_refunded})
        for is_paid, is_refunded in map(PAYMENTS.__getitem__, payments)
    ]

    known, news = learn(KnownOrder(order_id()), [reading(each) for each in orders], OLDEST_NEWS)

    last = event_of(news[-1])
    assert isinstance(last, OrderReceived)
    assert last.is_refunded
    assert last.changed_at == MOMENT + timedelta(seconds=1), "said as the store told it"
    assert not known.is_paid


def test_a_payment_in_the_second_after_a_refund_is_news() -> None:
    refunded = version(1, is_paid=False).model_copy(update={"is_refunded": True})

    known, _ = learn(KnownOrder(order_id()), [reading(refunded)], OLDEST_NEWS)
    known, _ = learn(known, [reading(version(2))], OLDEST_NEWS)

    assert known.is_paid


def test_a_cancellation_is_said_once_however_often_it_comes() -> None:
    readings = [reading(None, order_cancelled())] * 3

    _, news = learn(KnownOrder(order_id()), readings, OLDEST_NEWS)

    assert [event.kind for event in news] == [OrderCancelled]


@pytest.mark.parametrize("number", ["#1", '#1,"changed_at":"', "#1,", '"changed_at":"2020",'])
def test_only_when_an_order_changed_is_left_out_of_its_fingerprint(number: str) -> None:
    first, later, other = (
        fingerprint_of(read_order(order_received(order_number=text, changed_at=moment)))
        for text, moment in (
            (number, MOMENT),
            (number, MOMENT + timedelta(seconds=1)),
            (f"{number}!", MOMENT),
        )
    )

    assert first == later != other


def test_fingerprints_of_earlier_versions_still_hold() -> None:
    order = order_received(order_number="#1")
    content = order.model_dump_json(exclude={"event_id", "occurred_at", "changed_at"})

    assert fingerprint_of(read_order(order)) == hashlib.sha256(content.encode()).hexdigest()


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("34.00", "USD", 3400), ("1200", "JPY", 1200), ("1.234", "KWD", 1234), ("0.005", "EUR", 0)],
)
def test_money_is_counted_in_the_smallest_unit(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor
