"""Fulfillment names what it quotes as approval names what it shows: else no quote would hold."""

from datetime import timedelta

import pytest

from services.approval.domain import Facts, learn
from services.approval.domain.acts import Actor
from services.approval.domain.corrections import correct_address
from services.approval.domain.costing import fingerprint_of, is_quote_awaited
from services.approval.domain.review import Review
from services.fulfillment.domain.quoting import Line, Print, Quote
from shared.events import Address, OrderReceived, PrintFileReady
from tests.support.events import (
    ADDRESS,
    MOMENT,
    line_item,
    order_received,
    print_file,
    print_file_ready,
)

MOVED = ADDRESS.model_copy(update={"line1": "21 Analytical Way"})
RENAMED = ADDRESS.model_copy(update={"name": "Augusta King"})
TWO_LINES = order_received(
    items=(
        line_item(),
        line_item(line_item_id="7002", quantity=3),
        line_item(line_item_id="7003", requires_shipping=False),
    )
)
BOTH_SIDES = print_file_ready(
    line_item_id="7002",
    variant_id="white-s",
    files=(print_file(), print_file(print_location="back")),
)
AGAIN = print_file_ready(variant_id="black-l", occurred_at=MOMENT + timedelta(days=9000))
"""The same line from the newest template."""


def known(order: OrderReceived, *prints: PrintFileReady) -> Facts:
    facts = Facts()
    for event in (order, *prints):
        facts = learn(facts, event, is_approved=False)
    return facts


def quoted(order: OrderReceived, *prints: PrintFileReady, address: Address | None = ADDRESS) -> str:
    """Name what fulfillment quotes when it has heard this."""
    return Quote(
        order_id=order.order_id,
        attempts=1,
        failures=0,
        changes=1,
        waited=timedelta(0),
        said_at=order.occurred_at,
        address=address,
        lines=tuple(Line.all_of(order)),
        prints={each.line_item_id: Print.of(each) for each in prints},
        said=("", ""),
    ).fingerprint


@pytest.mark.parametrize(
    ("order", "prints"),
    [
        (order_received(), [print_file_ready()]),
        (TWO_LINES, [print_file_ready(), BOTH_SIDES]),
        (TWO_LINES, [BOTH_SIDES, print_file_ready(), AGAIN]),
    ],
)
def test_both_services_name_the_same_quote(
    order: OrderReceived, prints: list[PrintFileReady]
) -> None:
    assert fingerprint_of(known(order, *prints)) == quoted(order, *prints)


@pytest.mark.parametrize(("address", "is_other"), [(MOVED, True), (RENAMED, False)])
def test_a_corrected_address_is_another_quote_if_the_parcel_goes_elsewhere(
    address: Address, *, is_other: bool
) -> None:
    order, ready = order_received(), print_file_ready()
    review = Review(order.order_id, known(order, ready))

    corrected = correct_address(review, Actor("merchant", MOMENT), address).review.facts

    assert fingerprint_of(corrected) == quoted(order, ready, address=address)
    assert (fingerprint_of(corrected) != quoted(order, ready)) is is_other
    assert not is_quote_awaited(corrected)
