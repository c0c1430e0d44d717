"""What an event of an order costs does not grow with the order's lines."""

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain import Facts, Review, Status, hear_all
from shared.events import Event, Finding, LineItem, OrderReceived
from tests.support.events import (
    MOMENT,
    line_item,
    order_changed,
    order_received,
    print_file_failed,
    print_file_ready,
)

BLOCKING = Finding(code="resolution_too_low", severity="blocking", message="the photo has 40 DPI")
FEW, MANY = 10, 300
FINGERPRINT = line_item().fingerprint


def order_of(count: int) -> OrderReceived:
    return order_received(items=[line_item(line_item_id=str(7000 + n)) for n in range(count)])


def ready(number: int, **changes: Any) -> Event:
    line = {"line_item_id": str(7000 + number), "item_fingerprint": FINGERPRINT}
    return print_file_ready(**line | changes)


def failed(number: int, **changes: Any) -> Event:
    return print_file_failed(line_item_id=str(7000 + number), **changes)


def after(review: Review, events: Sequence[Event]) -> Review:
    changed, _ = hear_all({review.order_id: review}, events)
    return changed[0] if changed else review


def calls_of(work: Callable[[], object]) -> int:
    """Count the functions that are called, Python's own included."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def calls_of_one_more(lines: int, news_of: Callable[[int], Event]) -> int:
    """Count what is called to hear of the last line of an order, when half of them are ready."""
    order, event = order_of(lines), news_of(lines - 1)
    review = after(Review(order.order_id), [order, *map(ready, range(lines // 2))])
    return calls_of(lambda: after(review, [event]).standing)


@pytest.mark.parametrize("news_of", [ready, failed])
def test_an_event_costs_the_same_whatever_the_lines(news_of: Callable[[int], Event]) -> None:
    assert calls_of_one_more(FEW, news_of) == calls_of_one_more(MANY, news_of)


def test_each_fingerprint_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    order, files = order_of(FEW), [ready(number) for number in range(FEW)]
    looked_at: list[str] = []

    def fingerprint(line: LineItem) -> str:
        looked_at.append(line.line_item_id)
        return FINGERPRINT

    monkeypatch.setattr(LineItem, "fingerprint", property(fingerprint))
    review = Review(order.order_id)
    for event in [order, *files]:
        review = after(review, [event])

    assert review.standing.status is Status.NEEDS_APPROVAL
    assert looked_at == [line.line_item_id for line in order.items]


@given(
    st.permutations(
        [
            order_of(3),
            order_changed(items=[line_item(), line_item(line_item_id="7001", title="Once more")]),
            ready(0),
            ready(0, occurred_at=MOMENT + timedelta(minutes=2), findings=(BLOCKING,)),
            failed(0, occurred_at=MOMENT + timedelta(minutes=1)),
            ready(1),
            failed(1, occurred_at=MOMENT, code="unknown_product"),
            ready(2),
            ready(9),
        ]
    )
)
def test_what_is_known_of_lines_is_as_if_worked_out_anew(events: Sequence[Event]) -> None:
    review = Review(events[0].key)
    for event in events:
        review = after(review, [event])

        anew = Facts.model_validate_json(review.facts.model_dump_json(exclude_defaults=True))
        assert review.facts.prints == anew.prints
