"""What an event of an order costs does not grow with the order's lines."""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain import Facts, Review, Status, hear_all
from shared.events import Event, Finding, OrderReceived
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


def calls_of(work: Callable[[], object]) -> Counter[str]:
    """Count the functions that are called, Python's own included, by their names."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, function: Any) -> None:
        if event == "call":
            calls[frame.f_code.co_qualname] += 1
        elif event == "c_call":
            calls[function.__qualname__] += 1

    gc.disable()  # whoever watches it would be counted too
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


def calls_of_one_more(lines: int, news_of: Callable[[int], Event]) -> Counter[str]:
    """Count what is called to hear of the last line of an order, when half of them are ready."""
    order, event = order_of(lines), news_of(lines - 1)
    review = after(Review(order.order_id), [order, *map(ready, range(lines // 2))])
    return calls_of(lambda: after(review, [event]).standing)


@pytest.mark.parametrize("news_of", [ready, failed])
def test_an_event_costs_the_same_whatever_the_lines(news_of: Callable[[int], Event]) -> None:
    assert calls_of_one_more(FEW, news_of) == calls_of_one_more(MANY, news_of)


def test_each_fingerprint_is_worked_out_once() -> None:
    order = order_of(FEW)
    known = [Review(order.order_id)]

    def hear_each_alone() -> None:
        for event in [order, *map(ready, range(FEW))]:
            known.append(after(known[-1], [event]))

    assert calls_of(hear_each_alone)["LineItem.fingerprint"] == FEW
    assert known[-1].standing.status is Status.NEEDS_APPROVAL


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
