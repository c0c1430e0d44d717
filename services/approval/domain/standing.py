"""Where an order stands: a pure function of the facts and of whether a person approved."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.approval.domain.facts import Facts
from services.approval.domain.holds import (
    HOLDS,
    Reason,
    holds_of_order,
    holds_of_people,
    holds_of_prints,
    holds_of_size,
    said_by,
)
from services.approval.domain.versions import differences, items_to_make
from shared.events import OrderReceived, PrintFileFailed


class Status(StrEnum):
    """The statuses that a merchant sees."""

    RECEIVING_FILES = "receiving_files"
    ON_HOLD = "on_hold"
    PRINT_FAILED = "print_failed"
    NEEDS_APPROVAL = "needs_approval"
    APPROVED = "approved"
    REFUSED = "refused"
    IN_PRODUCTION = "in_production"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    PARTLY_SHIPPED = "partly_shipped"
    FULFILLED = "fulfilled"

    @property
    def label(self) -> str:
        """Write the status as people read it."""
        return self.value.replace("_", " ").capitalize()

    @property
    def rank(self) -> int:
        """Tell how far the order has come; no later news takes it back."""
        return RANKS.get(self, 0)


RANKS = {
    Status.APPROVED: 1,
    Status.REFUSED: 1,
    Status.IN_PRODUCTION: 2,
    Status.CANCELLED: 3,
    Status.PARTLY_SHIPPED: 4,
    Status.FULFILLED: 5,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The status with its reasons, and what else a person should know."""

    status: Status
    reasons: tuple[Reason, ...] = ()
    concerns: tuple[Reason, ...] = ()
    can_retry: bool = False
    is_troubled: bool = False
    """Whether a person should look at it although its status does not say so."""

    @property
    def reason(self) -> str:
        """Write the reasons as one line."""
        return "; ".join(reason.text for reason in self.reasons)


def standing_of(facts: Facts, *, is_approved: bool) -> Standing:
    """Tell where the order stands, and which services have lost touch with it."""
    standing = stage_of(facts, is_approved=is_approved)
    if not (facts.aside and (stuck := facts.stuck)):
        return standing
    concerns = tuple(
        Reason(
            "event_set_aside",
            f"The service {aside.service} could not take in {aside.type}: {aside.reason}",
            service=aside.service,
        )
        for aside in stuck
    )
    return replace(
        standing, concerns=(*concerns, *standing.concerns), can_retry=True, is_troubled=True
    )


def stage_of(facts: Facts, *, is_approved: bool) -> Standing:
    """Decide by what has come furthest: packages, an end, production, a refusal, an approval."""
    if facts.packages:
        return shipping(facts)
    if facts.cancelled or facts.withdrawn or facts.stopped:
        return ended(facts)
    if facts.started:
        return Standing(Status.IN_PRODUCTION, concerns=tuple(changed_later(facts)))
    if facts.refused and facts.refused.event_id not in facts.retried:
        reason = Reason(facts.refused.code, facts.refused.reason)
        return Standing(Status.REFUSED, (reason,), tuple(changed_later(facts)), can_retry=True)
    if is_approved:
        return on_its_way(facts)
    return before_approval(facts)


def on_its_way(facts: Facts) -> Standing:
    """Tell whether an approved order waits longer than it should before the factory has it."""
    concerns = tuple(changed_later(facts))
    if facts.delay is None:
        return Standing(Status.APPROVED, concerns=concerns)
    who, why = facts.delay.provider.capitalize(), facts.delay.reason.rstrip(".")
    text = f"Waits for {who}: {why}. It is tried again by itself"
    since = facts.delay.waiting_since
    concerns = (Reason("fulfillment_delayed", text, since=since), *concerns)
    return Standing(Status.APPROVED, concerns=concerns, is_troubled=True)


def before_approval(facts: Facts) -> Standing:
    """Tell where an order stands that nobody has approved."""
    if facts.rejected:
        reason = Reason("rejected", said_by("Rejected", facts.rejected))
        return Standing(Status.REJECTED, (reason,))
    order = facts.wanted
    return under_review(facts, order) if order else Standing(Status.RECEIVING_FILES)


def shipping(facts: Facts) -> Standing:
    """Tell whether everything is on its way, and whether the store knows of each package."""
    untold = [
        Reason(refusal.shipment_id, f"The store was not updated: {refusal.reason}")
        for refusal in facts.refusals
    ]
    concerns = [*untold, *changed_later(facts)]
    if facts.cancelled:
        concerns.append(Reason("cancelled", "It was cancelled in the store, but has shipped"))
    is_complete = facts.order is not None and ships_all(facts, facts.order)
    status = Status.FULFILLED if is_complete else Status.PARTLY_SHIPPED
    return Standing(status, (), tuple(concerns), can_retry=bool(untold), is_troubled=bool(untold))


def ships_all(facts: Facts, order: OrderReceived) -> bool:
    """Tell whether the packages hold every copy of every line."""
    sent: dict[str, int] = {}
    for package in facts.packages.values():
        for item in package.items:
            sent[item.line_item_id] = sent.get(item.line_item_id, 0) + item.quantity
    return all(sent.get(line.line_item_id, 0) >= line.quantity for line in items_to_make(order))


def ended(facts: Facts) -> Standing:
    """Tell who cancelled, and warn when the factory may still be making it."""
    if facts.stopped:
        text = f"Cancelled by {facts.stopped.provider.capitalize()}"
        reasons = (Reason("stopped", ": ".join(filter(None, (text, facts.stopped.reason)))),)
        return Standing(Status.CANCELLED, reasons)
    withdrawn, cancelled = facts.withdrawn, facts.cancelled
    text = f"Cancelled by {withdrawn.cancelled_by}" if withdrawn else "Cancelled in the store"
    why = next((news.reason for news in (withdrawn, cancelled) if news), "")
    reasons = (Reason("cancelled", ": ".join(filter(None, (text, why)))),)
    if facts.started is None:
        return Standing(Status.CANCELLED, reasons)
    text = (
        f"{facts.started.provider.capitalize()} had already accepted it as order "
        f"{facts.started.provider_order_id}"
    )
    return Standing(Status.CANCELLED, reasons, (Reason("still_in_production", text),))


def under_review(facts: Facts, order: OrderReceived) -> Standing:
    """Tell what keeps the order from being approved, or that nothing does."""
    prints = facts.prints
    halts = prints.halts
    failed = [outcome for outcome in halts if isinstance(outcome, PrintFileFailed)]
    failures = tuple(
        Reason(outcome.code, outcome.reason, outcome.line_item_id)
        for outcome in failed
        if outcome.code not in HOLDS
    )
    holds = (
        *holds_of_people(facts),
        *holds_of_prints(halts),
        *holds_of_order(order, prints.lines),
        *holds_of_size(facts, order),
    )
    if failures:
        return Standing(Status.PRINT_FAILED, (*failures, *holds), can_retry=True)
    if holds:
        return Standing(Status.ON_HOLD, holds, can_retry=bool(failed))
    if prints.are_awaited:
        return Standing(Status.RECEIVING_FILES)
    return Standing(Status.NEEDS_APPROVAL, concerns=(*trial(order), *taken_back(facts)))


def trial(order: OrderReceived) -> Iterator[Reason]:
    """Warn who approves it that nobody pays for it."""
    if order.is_test:
        yield Reason("test_order", "A test order: nobody pays for it, and the factory charges")


def taken_back(facts: Facts) -> Iterator[Reason]:
    """Tell that it was approved before, and why that did not hold."""
    if facts.reopened:
        who, why = facts.reopened.who, facts.reopened.reason
        if facts.reopened.had_gone_out:
            text = f"Approved by {who} and sent, but {why.rstrip('.')}. Approve it again to send it"
        else:
            text = f"Approved by {who}, but before it went out: {why[:1].lower()}{why[1:]}"
        yield Reason("approval_taken_back", text)


def changed_later(facts: Facts) -> Iterator[Reason]:
    """Warn that the store says otherwise now; what was approved is what is made."""
    if facts.order and facts.later and (found := differences(facts.order, facts.later)):
        text = f"Changed in the store after the approval: {', '.join(found)}"
        yield Reason("changed_after_approval", text)
