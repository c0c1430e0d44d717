"""Where an order stands, from the facts alone."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.approval.domain import Facts, Status, learn, standing_of
from services.approval.domain.facts import Decision
from shared.events import Event, Finding
from tests.support.events import (
    MOMENT,
    fulfillment_cancelled,
    fulfillment_refused,
    fulfillment_started,
    line_item,
    order_cancelled,
    order_changed,
    order_received,
    print_file_failed,
    print_file_ready,
    shipped,
    storefront_refused,
    storefront_updated,
)

BLOCKING = Finding(code="resolution_too_low", severity="blocking", message="the photo has 40 DPI")
WARNING = Finding(code="resolution_low", severity="warning", message="the photo has 140 DPI")


def known(*events: Event, is_approved: bool = False) -> Facts:
    facts = Facts()
    for event in events:
        facts = learn(facts, event, is_approved=is_approved)
    return facts


def status_after(*events: Event, is_approved: bool = False) -> Status:
    return standing_of(known(*events), is_approved=is_approved).status


READY = (order_received(), print_file_ready())
TEST = (order_received(is_test=True), print_file_ready())


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((), Status.RECEIVING_FILES),
        ((order_received(),), Status.RECEIVING_FILES),
        (READY, Status.NEEDS_APPROVAL),
        ((order_received(), print_file_ready(findings=(WARNING,))), Status.NEEDS_APPROVAL),
        ((order_received(), print_file_failed()), Status.PRINT_FAILED),
        ((*READY, fulfillment_started()), Status.IN_PRODUCTION),
        ((*READY, fulfillment_refused()), Status.REFUSED),
        ((*READY, fulfillment_started(), fulfillment_refused()), Status.IN_PRODUCTION),
        ((*READY, fulfillment_started(), fulfillment_cancelled()), Status.CANCELLED),
        ((*READY, order_cancelled()), Status.CANCELLED),
        ((order_cancelled(),), Status.CANCELLED),
        ((*READY, fulfillment_started(), shipped()), Status.FULFILLED),
        ((*READY, order_cancelled(), shipped()), Status.FULFILLED),
        ((shipped(),), Status.PARTLY_SHIPPED),
    ],
)
def test_what_has_come_furthest_decides(events: tuple[Event, ...], status: Status) -> None:
    assert status_after(*events) is status


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ((order_received(is_paid=False), print_file_ready()), "waiting_for_payment"),
        (
            (order_received(is_paid=False, is_refunded=True), print_file_ready()),
            "refunded",
        ),
        ((order_received(shipping_address=None), print_file_ready()), "no_shipping_address"),
        ((order_received(items=(line_item(quantity=0),)),), "nothing_to_make"),
        ((order_received(), print_file_ready(findings=(BLOCKING,))), "preflight_blocking"),
        ((order_received(), print_file_failed(code="unknown_product")), "unknown_product"),
        (
            (order_received(), print_file_failed(code="missing_personalization")),
            "missing_personalization",
        ),
    ],
)
def test_a_hold_tells_its_reason(events: tuple[Event, ...], code: str) -> None:
    standing = standing_of(known(*events), is_approved=False)

    assert standing.status is Status.ON_HOLD
    assert [reason.code for reason in standing.reasons] == [code]
    assert standing.reason


def test_every_status_can_be_reached() -> None:
    reached = {
        status_after(),
        status_after(*READY),
        status_after(*READY, is_approved=True),
        status_after(order_received(is_paid=False)),
        status_after(order_received(), print_file_failed()),
        status_after(*READY, fulfillment_refused(), is_approved=True),
        status_after(*READY, fulfillment_started(), is_approved=True),
        status_after(order_cancelled()),
        status_after(shipped()),
        status_after(*READY, shipped()),
        standing_of(Facts(rejected=Decision(who="Ada", reason="no")), is_approved=False).status,
    }

    assert reached == set(Status)


def test_a_gift_card_needs_no_print_file() -> None:
    card = line_item(line_item_id="7002", requires_shipping=False)

    order = order_received(items=(line_item(), card))

    assert status_after(order, print_file_ready()) is Status.NEEDS_APPROVAL


def test_a_file_of_earlier_answers_does_not_count() -> None:
    before = line_item()
    after = line_item(properties=())
    ready = print_file_ready(item_fingerprint=before.fingerprint)
    changed = order_changed(items=(after,))

    assert status_after(order_received(), ready) is Status.NEEDS_APPROVAL
    assert status_after(order_received(), ready, changed) is Status.RECEIVING_FILES
    assert status_after(order_received(), changed, ready) is Status.RECEIVING_FILES


def test_an_older_version_of_the_order_changes_nothing() -> None:
    facts = known(order_received(changed_at=MOMENT))
    stale = order_changed(changed_at=MOMENT - timedelta(seconds=1), is_paid=False)

    assert learn(facts, stale, is_approved=False) is facts


def test_paid_wins_over_created_in_the_same_second() -> None:
    created = order_received(is_paid=False)
    paid = order_changed(changed_at=MOMENT)

    assert known(created, paid).order == known(paid, created).order
    assert known(paid, created).order == paid


def test_a_refund_wins_over_its_payment_in_the_same_second() -> None:
    paid = order_received()
    refunded = order_changed(changed_at=MOMENT, is_paid=False, is_refunded=True)

    assert paid.changed_at == refunded.changed_at
    assert known(paid, refunded).order == known(refunded, paid).order == refunded


def test_what_was_approved_is_not_changed_by_the_store() -> None:
    facts = known(*READY)
    changed = order_changed(items=())

    approved = learn(facts, changed, is_approved=True)

    assert approved.order == facts.order
    [concern] = standing_of(approved, is_approved=True).concerns
    assert concern.text == "Changed in the store after the approval: items"


def test_a_second_package_does_not_replace_the_first() -> None:
    two = order_received(items=(line_item(quantity=2),))
    first, second = shipped(), shipped(shipment_id="cf-1001-2", tracking_number="2")

    assert status_after(two, first) is Status.PARTLY_SHIPPED
    assert status_after(two, first, second) is Status.FULFILLED
    assert set(known(two, second, first).packages) == {"cf-1001-1", "cf-1001-2"}


def test_a_package_the_store_refused_asks_for_a_person() -> None:
    facts = known(*READY, shipped(), storefront_refused())

    standing = standing_of(facts, is_approved=True)

    assert (standing.status, standing.can_retry) == (Status.FULFILLED, True)
    assert "no open fulfillment order" in standing.concerns[0].text


def test_a_package_the_store_knows_asks_for_nobody() -> None:
    facts = known(*READY, shipped(), storefront_updated(), storefront_refused())

    assert standing_of(facts, is_approved=True).concerns == ()


def test_a_cancelled_order_in_production_is_a_concern() -> None:
    facts = known(*READY, fulfillment_started(), order_cancelled())

    [concern] = standing_of(facts, is_approved=True).concerns
    assert "Completeful had already accepted it as order cf-1001" in concern.text


def test_a_test_order_waits_for_a_person_to_release_it() -> None:
    standing = standing_of(known(*TEST), is_approved=False)

    assert standing.status is Status.ON_HOLD
    assert standing.reasons[0].text.startswith("Put on hold by Platen: a test order")


def test_a_test_order_that_was_released_is_not_held_again() -> None:
    released = known(*TEST).model_copy(update={"held": None})

    facts = learn(released, order_changed(is_test=True), is_approved=False)

    assert standing_of(facts, is_approved=False).status is Status.NEEDS_APPROVAL


def test_whoever_approves_a_released_test_order_is_warned() -> None:
    released = known(*TEST).model_copy(update={"held": None})

    [concern] = standing_of(released, is_approved=False).concerns

    assert concern.code == "test_order"
    assert "nobody pays for it" in concern.text


def test_facts_that_cannot_be_read_quote_no_shopper() -> None:
    kept = Facts(order=order_received()).model_dump_json()

    with pytest.raises(ValidationError) as error:
        Facts.model_validate_json(kept.replace('"Ada Lovelace"', '["Ada Lovelace"]'))

    assert "Ada" not in repr(error.value)
    assert "order.shopper.name" in repr(error.value)
