"""The snapshot names exactly what a person sees."""

import pytest
from pydantic_core import from_json

from services.approval.domain import Facts, Review, hear_all, learn, snapshot_of
from services.approval.domain.snapshot import approval_event, as_said
from shared.events import Address, Event, OrderApproved
from tests.support.events import (
    ADDRESS,
    MOMENT,
    line_item,
    order_id,
    order_quoted,
    order_received,
    print_file,
    print_file_failed,
    print_file_ready,
)


def known(*events: Event) -> Facts:
    facts = Facts()
    for event in events:
        facts = learn(facts, event, is_approved=False)
    return facts


def test_what_is_not_ready_has_no_snapshot() -> None:
    assert snapshot_of(known(order_received())) is None
    assert snapshot_of(known(order_received(), print_file_failed())) is None


def test_the_snapshot_becomes_the_event_that_is_said() -> None:
    snapshot = snapshot_of(known(order_received(), print_file_ready()))

    assert snapshot is not None
    said = OrderApproved.model_validate(from_json(snapshot.body) | {"approved_by": "ada"})
    assert said.items[0].files == (print_file(),)
    assert (said.shipping_address, said.snapshot_hash) == (ADDRESS, snapshot.hash)


def test_what_a_rule_says_is_what_a_person_would() -> None:
    snapshot = snapshot_of(known(order_received(), print_file_ready()))
    assert snapshot is not None
    who, event_id = 'rule: "small" order', order_received().event_id

    written = as_said(snapshot, event_id, who, MOMENT)

    said = approval_event(snapshot.body, who, MOMENT, event_id=event_id)
    assert OrderApproved.model_validate_json(written) == said


def test_news_of_nothing_that_is_approved_keep_the_snapshot() -> None:
    events = (order_received(), print_file_ready())
    [waiting], _ = hear_all({order_id(): Review(order_id())}, events)

    [quoted], _ = hear_all({order_id(): waiting}, [order_quoted()])
    [anew], _ = hear_all({order_id(): waiting}, [print_file_ready()])

    assert quoted.snapshot is waiting.snapshot is not None
    assert anew.snapshot == waiting.snapshot
    assert anew.snapshot is not waiting.snapshot


@pytest.mark.parametrize(
    "events",
    [
        (order_received(shipping_address=Address(**dict(ADDRESS) | {"line1": "13"})), None),
        (order_received(items=(line_item(quantity=2),)), None),
        (order_received(items=(line_item(properties=()),)), None),
        (order_received(), print_file_ready(files=(print_file(sha256="d" * 64),))),
    ],
)
def test_whatever_a_person_sees_changes_the_hash(
    events: tuple[Event, Event | None],
) -> None:
    order, ready = events
    before = snapshot_of(known(order_received(), print_file_ready()))

    after = snapshot_of(known(order, ready or print_file_ready()))

    assert before is not None
    assert after is not None
    assert before.hash != after.hash
