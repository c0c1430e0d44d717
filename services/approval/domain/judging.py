"""Judging: what becomes ready is approved at once where a rule lets it through."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.approval.domain.review import Approval, Review
from services.approval.domain.rules import Rules
from services.approval.domain.snapshot import approval_event
from shared.events import OrderApproved


def judge(
    reviews: Sequence[Review], rules: Rules, now: datetime
) -> tuple[list[Review], list[OrderApproved]]:
    """Approve what the rules let through; give all reviews, and each approval as it is said.

    Whether a shopper returns is not looked up here: that rule approves at its own pace. So do all
    rules while approvals cool off, because this moment is that of the process, and how long they
    cool off is told by the database's clock alone.
    """
    if rules.cooling_off_minutes:
        return list(reviews), []
    judged, approvals = [], []
    for review in reviews:
        grounds = grounds_of(review, rules)
        if grounds and review.snapshot:
            approval = Approval(now, grounds[0])
            approvals.append(approval_event(review.snapshot.body, grounds[0], now))
            judged.append(replace(review, approval=approval))
        else:
            judged.append(review)
    return judged, approvals


def grounds_of(review: Review, rules: Rules, *, is_returning: bool = False) -> list[str]:
    """Name the rules that approve the order as it waits now; none when it does not wait."""
    if not review.is_waiting:
        return []
    return rules.approves(review.facts, is_returning=is_returning)
