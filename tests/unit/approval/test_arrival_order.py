"""Facts and standing are the same whatever the order in which the news arrive."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain import Facts, learn, standing_of
from shared.events import Event
from tests.support.events import (
    MOMENT,
    charge_recorded,
    dollars,
    fulfillment_cancelled,
    fulfillment_refused,
    fulfillment_started,
    line_item,
    order_cancelled,
    order_changed,
    order_quoted,
    order_received,
    print_file_failed,
    print_file_ready,
    print_files_deleted,
    quote_refused,
    shipped,
    storefront_refused,
    storefront_updated,
)

TWO = (line_item(quantity=2),)
BEFORE: list[Event] = [
    order_received(is_paid=False, items=TWO),
    order_changed(items=TWO),
    order_changed(items=TWO, changed_at=MOMENT + timedelta(minutes=5)),
    print_file_failed(occurred_at=MOMENT),
    print_file_ready(occurred_at=MOMENT + timedelta(minutes=1)),
    print_file_failed(item_fingerprint="of other answers"),
    order_quoted(),
    quote_refused(),
    order_quoted(total=dollars(1590)),
]
AFTER: list[Event] = [
    order_changed(items=(), changed_at=MOMENT + timedelta(minutes=9)),
    order_cancelled(),
    fulfillment_refused(),
    fulfillment_started(),
    fulfillment_cancelled(),
    charge_recorded(),
    charge_recorded(kind="shipping", amount=dollars(475)),
    charge_recorded(kind="refund", amount=dollars(-1370)),
    shipped(),
    shipped(shipment_id="cf-1001-2"),
    storefront_refused(),
    storefront_updated(),
    print_files_deleted(),
]


def told(events: list[Event], *, facts: Facts | None = None, is_approved: bool = False) -> Facts:
    known = facts or Facts()
    for event in events:
        known = learn(known, event, is_approved=is_approved)
    return known


@given(st.permutations(BEFORE + AFTER), st.data())
def test_any_order_of_arrival_gives_the_same_facts(
    events: list[Event], data: st.DataObject
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(events)))

    assert told(events + repeated) == told(BEFORE + AFTER)


@given(st.permutations(AFTER))
def test_after_an_approval_any_order_gives_the_same_standing(events: list[Event]) -> None:
    approved = told(BEFORE)

    facts = told(events, facts=approved, is_approved=True)

    expected = told(AFTER, facts=approved, is_approved=True)
    assert standing_of(facts, is_approved=True) == standing_of(expected, is_approved=True)


@given(st.permutations(AFTER + BEFORE))
def test_no_later_news_take_the_order_back(events: list[Event]) -> None:
    facts, rank = told(BEFORE), 0
    for event in events:
        facts = learn(facts, event, is_approved=True)
        reached = standing_of(facts, is_approved=True).status.rank
        assert reached >= rank
        rank = reached
