"""What a person may decide of an order besides approving it."""

from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from services.approval.domain.acts import Act, Actor, NotNow, act, opened, order_of
from services.approval.domain.facts import Decision
from services.approval.domain.review import Review
from shared.events import OrderWithdrawn, ReprintOrdered

NEW_IN_A_REPRINT = {
    "event_id",
    "occurred_at",
    "order_id",
    "order_number",
    "placed_at",
    "changed_at",
    "reprint_of",
}


def hold(review: Review, actor: Actor, reason: str) -> Act:
    """Keep the order from being approved until somebody releases it."""
    review = opened(review)
    decision = Decision(who=actor.who, reason=reason)
    return act(review, actor, {"held": decision}, f"Put on hold: {reason}", "OrderHeld")


def release(review: Review, actor: Actor) -> Act:
    """Let a held or rejected order go on."""
    if review.facts.held is None and review.facts.rejected is None:
        raise NotNow("Nobody has put it on hold or rejected it.")
    return act(review, actor, {"held": None, "rejected": None}, "Released", "OrderReleased")


def reject(review: Review, actor: Actor, reason: str) -> Act:
    """Refuse to make the order; it can be released again."""
    review = opened(review)
    decision = Decision(who=actor.who, reason=reason)
    return act(review, actor, {"rejected": decision}, f"Rejected: {reason}", "OrderRejected")


def take_back(review: Review, actor: Actor) -> Act:
    """Undo the approval while it cools off; nothing has been said of it yet."""
    if review.approval is None:
        raise NotNow("Nobody has approved it.")
    if not review.is_cooling_off:
        raise NotNow("It has gone out already: cancel it instead.")
    done = act(review, actor, {}, "Took the approval back", "ApprovalTakenBack")
    return replace(done, review=review.taken_back(f"Taken back by {actor.who}"))


def return_unsent(review: Review, why: str, now: datetime) -> Act:
    """Take back an approval that cannot go out, and look at the order as rules hold it now."""
    text = f"{why}; the approval is taken back"
    return act(review.taken_back(why), Actor("platen", now), {}, text, "ApprovalTakenBack")


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
    if not review.is_final:
        raise NotNow("It was never sent to be made, so there is nothing to make once more.")
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
