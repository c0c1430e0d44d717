"""Judging: what becomes ready is approved at once where a rule lets it through."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.approval.domain.review import Approval, Review
from services.approval.domain.rules import Rules
from shared.events.event import new_event_id


def judge(
    reviews: Sequence[Review], rules: Rules, now: datetime
) -> tuple[list[Review], dict[str, str]]:
    """Approve what the rules let through; give all reviews, and the approvals' ids by orders.

    Whether a shopper returns is not looked up here: that rule approves at its own pace. So do all
    rules while approvals cool off, because this moment is that of the process, and how long they
    cool off is told by the database's clock alone.
    """
    if rules.cooling_off_minutes or not rules.can_approve:
        return list(reviews), {}
    judged, approvals = [], {}
    for review in reviews:
        grounds = grounds_of(review, rules)
        if grounds:
            approvals[review.order_id] = new_event_id()
        judged.append(replace(review, approval=Approval(now, grounds[0])) if grounds else review)
    return judged, approvals


def grounds_of(review: Review, rules: Rules, *, is_returning: bool = False) -> list[str]:
    """Name the rules that approve the order as it waits now; none when it does not wait."""
    if not review.is_waiting:
        return []
    return rules.approves(review.facts, is_returning=is_returning)
