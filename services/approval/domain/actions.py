"""What a person may do with an order besides approving it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from services.approval.domain.facts import (
    ADDRESS,
    Correction,
    Decision,
    Facts,
    items_to_make,
    name_of_address,
)
from services.approval.domain.review import Review
from services.approval.domain.standing import Status
from services.approval.domain.timeline import Happening
from shared.events import (
    Address,
    Event,
    LineItem,
    OrderReceived,
    OrderWithdrawn,
    PrintFileReady,
    PrintFileRequested,
    Property,
    ReprintOrdered,
)
from shared.events.event import new_event_id

UNDER_REVIEW = {
    Status.RECEIVING_FILES,
    Status.ON_HOLD,
    Status.PRINT_FAILED,
    Status.NEEDS_APPROVAL,
}


NEW_IN_A_REPRINT = {
    "event_id",
    "occurred_at",
    "order_id",
    "order_number",
    "placed_at",
    "changed_at",
    "reprint_of",
}


class NotNow(Exception):
    """What was asked for cannot be done with the order as it stands."""


@dataclass(frozen=True, slots=True)
class Act:
    """What to say, and how the review stands afterwards."""

    review: Review
    events: tuple[Event, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when."""

    who: str
    now: datetime


def hold(review: Review, actor: Actor, reason: str) -> Act:
    """Keep the order from being approved until somebody releases it."""
    require(review, UNDER_REVIEW)
    decision = Decision(who=actor.who, reason=reason)
    return act(review, actor, {"held": decision}, f"Put on hold: {reason}", "OrderHeld")


def release(review: Review, actor: Actor) -> Act:
    """Let a held or rejected order go on."""
    if review.facts.held is None and review.facts.rejected is None:
        raise NotNow("Nobody has put it on hold or rejected it.")
    return act(review, actor, {"held": None, "rejected": None}, "Released", "OrderReleased")


def reject(review: Review, actor: Actor, reason: str) -> Act:
    """Refuse to make the order; it can be released again."""
    require(review, UNDER_REVIEW)
    decision = Decision(who=actor.who, reason=reason)
    return act(review, actor, {"rejected": decision}, f"Rejected: {reason}", "OrderRejected")


def correct_address(review: Review, actor: Actor, address: Address) -> Act:
    """Send the order elsewhere than the store says."""
    require(review, UNDER_REVIEW)
    facts, order = review.facts, order_of(review)
    if address == order.shipping_address:
        raise NotNow("This is the address that the order has already.")
    before = facts.order.shipping_address if facts.order else None
    correction = Correction(of=name_of_address(before), address=address)
    corrected = facts.corrected | {ADDRESS: correction}
    text = f"Corrected the address: {one_line(order.shipping_address)} → {one_line(address)}"
    return act(review, actor, {"corrected": corrected}, text, "AddressCorrected")


def correct_answers(
    review: Review, actor: Actor, line_item_id: str, answers: Mapping[str, str]
) -> Act:
    """Change what is printed on a line, and have it printed anew."""
    require(review, UNDER_REVIEW)
    facts, line = review.facts, line_of(review, line_item_id)
    raw = next(each for each in raw_items(facts) if each.line_item_id == line_item_id)
    unknown = set(answers) - {answer.name for answer in line.properties}
    if unknown:
        raise NotNow(f"The line has no answer named {min(unknown)[:100]}.")
    new = tuple(
        Property(name=answer.name, value=answers.get(answer.name, answer.value))
        for answer in line.properties
    )
    if new == line.properties:
        raise NotNow("These are the answers that the order has already.")
    changes = "; ".join(
        f"{old.name}: {old.value} → {answer.value}"
        for old, answer in zip(line.properties, new, strict=True)
        if old != answer
    )
    correction = Correction(of=raw.fingerprint, answers=new)
    request = PrintFileRequested(
        order_id=review.order_id,
        occurred_at=actor.now,
        line_item_id=line_item_id,
        requested_by=actor.who,
        line=line.model_copy(update={"properties": new}),
        corrects=raw.fingerprint,
    )
    change = {"corrected": facts.corrected | {line_item_id: correction}}
    return act(
        review, actor, change, f"Corrected {line.title}: {changes}", "AnswersCorrected", request
    )


def make_again(review: Review, actor: Actor, line_item_id: str) -> Act:
    """Have a line's print file made again; until it is there the order cannot be approved."""
    require(review, UNDER_REVIEW)
    line = line_of(review, line_item_id)
    outcome = review.facts.print_of(line)
    if outcome is None:
        raise NotNow("It is being made at this moment.")
    request = PrintFileRequested(
        order_id=review.order_id,
        occurred_at=actor.now,
        line_item_id=line_item_id,
        requested_by=actor.who,
    )
    what = "print file" if isinstance(outcome, PrintFileReady) else "print file that failed"
    text = f"Asked for the {what} of {line.title} to be made again"
    retried = review.facts.retried | {outcome.event_id}
    return act(review, actor, {"retried": retried}, text, "PrintFileRequested", request)


def cancel(review: Review, actor: Actor, reason: str) -> Act:
    """Cancel the order with us; what the factory has begun it is asked to stop."""
    facts, order = review.facts, order_of(review)
    if facts.packages:
        raise NotNow("A package has left the factory already.")
    if facts.cancelled or facts.withdrawn or facts.stopped:
        raise NotNow("It was cancelled already.")
    event = OrderWithdrawn(
        order_id=review.order_id,
        occurred_at=actor.now,
        shop=order.shop,
        storefront_order_id=order.storefront_order_id,
        cancelled_at=actor.now,
        reason=reason,
        cancelled_by=actor.who,
    )
    text = f"Cancelled: {reason}" if reason else "Cancelled"
    return act(review, actor, {"withdrawn": event}, text, "OrderWithdrawn", event)


def reprint(review: Review, actor: Actor) -> Act:
    """Order the same once more as a new order that names this one; it waits for an approval."""
    order = order_of(review)
    if review.approval is None:
        raise NotNow("It was never approved, so there is nothing to make once more.")
    name = f"R{actor.now:%y%m%d%H%M%S}"
    again = ReprintOrdered(
        **order.model_dump(exclude=NEW_IN_A_REPRINT),
        order_id=str(uuid5(NAMESPACE_URL, f"platen:reprint:{review.order_id}:{name}")),
        order_number=f"{order.order_number}-{name}",
        occurred_at=actor.now,
        placed_at=actor.now,
        changed_at=actor.now,
        reprint_of=review.order_id,
    )
    return act(review, actor, {}, f"Reprinted as {again.order_number}", "Reprinted", again)


def act(
    review: Review, actor: Actor, change: Mapping[str, object], text: str, kind: str, *events: Event
) -> Act:
    """Put together the change, its entry on the timeline, and what is said."""
    happening = Happening(
        order_id=review.order_id,
        event_id=events[0].event_id if events else new_event_id(),
        happened_at=actor.now,
        kind=kind,
        who=actor.who,
        text=text,
        seen_hash=review.snapshot.hash if review.snapshot and not review.approval else "",
    )
    facts = review.facts.model_copy(update=change)
    return Act(review.with_facts(facts), events, (happening,))


def require(review: Review, statuses: set[Status]) -> None:
    """Raise NotNow when the order stands elsewhere."""
    status = review.standing.status
    if status not in statuses:
        raise NotNow(f"It is too late or too early for that: it is {status.label.lower()}.")


def order_of(review: Review) -> OrderReceived:
    """Give the order; raises NotNow while only its cancellation is known."""
    if review.facts.wanted is None:
        raise NotNow("The order itself has not been heard of yet.")
    return review.facts.wanted


def line_of(review: Review, line_item_id: str) -> LineItem:
    """Give a line that is made; raises NotNow when the order has none of this id."""
    for line in items_to_make(order_of(review)):
        if line.line_item_id == line_item_id:
            return line
    raise NotNow("The order has no such line that is made and shipped.")


def raw_items(facts: Facts) -> tuple[LineItem, ...]:
    """Give the lines as the store says them."""
    return facts.order.items if facts.order else ()


def one_line(address: Address | None) -> str:
    """Write an address as one line."""
    if address is None:
        return "none"
    parts = (address.name, address.line1, address.line2, address.city, address.region)
    return ", ".join(part for part in (*parts, address.postal_code, address.country) if part)
