"""The snapshot names exactly what a person sees."""

import pytest
from pydantic_core import from_json

from services.approval.domain import Facts, learn, snapshot_of
from shared.events import Address, Event, OrderApproved
from tests.support.events import (
    ADDRESS,
    line_item,
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
