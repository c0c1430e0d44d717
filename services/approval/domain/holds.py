"""Why an order waits before anybody may approve it, in words that say what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.approval.domain.approvable import APPROVAL_BYTES_MAX, approval_of
from services.approval.domain.facts import Decision, Facts
from services.approval.domain.prints import Outcome
from shared.events import LineItem, OrderReceived, PrintFileFailed

HOLDS = {
    "unknown_product": "Unknown product",
    "missing_personalization": "Missing personalization",
}

REFUNDED = (
    "Refunded in the store, or its payment was voided: nobody pays for it now. Cancel it there, or "
    "reject it here"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an order does not go on, in words that say what to do."""

    code: str
    text: str
    line_item_id: str = ""
    service: str = ""
    """Whose dead letters it is about."""
    since: datetime | None = None
    """Since when the order waits for somebody; the words leave the zone to who reads them."""


def holds_of_people(facts: Facts) -> Iterator[Reason]:
    """Give why a person wants the order to wait."""
    if facts.held:
        yield Reason("held", said_by("Put on hold", facts.held))


def said_by(what: str, decision: Decision) -> str:
    """Write a person's decision with its reason."""
    return f"{what} by {decision.who}: {decision.reason}"


def holds_of_prints(halts: Sequence[Outcome]) -> Iterator[Reason]:
    """Give what a person must settle before lines can be printed."""
    for outcome in halts:
        if isinstance(outcome, PrintFileFailed):
            if outcome.code in HOLDS:
                text = f"{HOLDS[outcome.code]}: {outcome.reason}"
                yield Reason(outcome.code, text, outcome.line_item_id)
            continue
        for finding in outcome.findings:
            if finding.severity == "blocking":
                text = f"Preflight: {finding.message}"
                yield Reason("preflight_blocking", text, outcome.line_item_id)


def holds_of_order(order: OrderReceived, lines: Sequence[LineItem]) -> Iterator[Reason]:
    """Give what is missing from the order itself."""
    if not lines:
        yield Reason("nothing_to_make", "No item of this order is made and shipped")
    if order.shipping_address is None:
        yield Reason("no_shipping_address", "No shipping address")
    if order.is_refunded:
        yield Reason("refunded", REFUNDED)
    elif not order.is_paid:
        yield Reason("waiting_for_payment", "Waiting for payment")


def holds_of_size(facts: Facts, order: OrderReceived) -> Iterator[Reason]:
    """Hold what no broker would take as one approval: promised once, it would hold all others up.

    Exactly it is counted for very large orders only.
    """
    if order.shipping_address is None or facts.prints.approval_bytes <= APPROVAL_BYTES_MAX:
        return
    approval = approval_of(facts, order, order.shipping_address)
    size = len(approval.model_dump_json().encode())
    if size > APPROVAL_BYTES_MAX:
        files = sum(len(item.files) for item in approval.items)
        yield Reason(
            "too_large",
            f"Too large to be approved as one order: {len(approval.items):,} lines with {files:,} "
            f"print files make {size / 1e6:.2f} MB, and at most {APPROVAL_BYTES_MAX / 1e6:.2f} MB "
            "can be passed on. Split the order in the store, or remove lines from it there",
        )
