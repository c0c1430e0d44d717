"""What a person is told about the last thing that was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.approval import decisions, store
from services.approval.domain import Review
from services.approval.outcomes import Outcome, Refusal, Undone
from shared.database import Database

NAMED_MAX = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that could not be approved, by the number that people know it by."""

    order_id: str
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person's last action came to."""

    text: str
    is_bad: bool = False
    refused: Sequence[Refused] = ()
    more: int = 0
    goes_out_at: datetime | None = None
    approved_at: str = ""
    """Names the approvals that were given together, so that they can be undone together."""
    status: int = 200
    """How the page is answered that shows it."""


async def notice_of(database: Database, outcome: Outcome) -> Notice:
    """Say how many were approved, and name every order that was not."""
    is_newer = any(refusal.code == decisions.NEWER for refusal in outcome.refused)
    what = newer_than_seen(len(outcome.refused)) if is_newer else "could not be approved"
    notice = await named(database, count_of(len(outcome.approved)), outcome.refused, what)
    if not outcome.approved or not outcome.goes_out_at:
        return notice
    approved_at = outcome.approved_at.isoformat()
    return replace(notice, goes_out_at=outcome.goes_out_at, approved_at=approved_at)


async def undone_notice(database: Database, undone: Undone) -> Notice:
    """Say how many approvals were taken back, and name every order whose was not."""
    count = len(undone.undone)
    text = f"{count:,} approval{'' if count == 1 else 's'} taken back. Nothing was sent."
    return await named(database, text, undone.refused, "could not be taken back")


async def named(database: Database, text: str, refusals: Sequence[Refusal], what: str) -> Notice:
    """Name the orders that something could not be done to, by the numbers that people know."""
    if not refusals:
        return Notice(text)
    some = refusals[:NAMED_MAX]
    known = [key for each in some if (key := decisions.as_order_id(each.order_id))]
    async with database.transaction() as transaction:
        reviews = await store.find_reviews(transaction, known)
    refused = [
        Refused(
            each.order_id, number_of(reviews, each.order_id), " ".join([each.detail, *each.changes])
        )
        for each in some
    ]
    text = f"{text} {len(refusals):,} {what}:"
    return Notice(text, is_bad=True, refused=refused, more=len(refusals) - len(some))


def count_of(orders: int) -> str:
    """Say how many orders were approved."""
    return f"{orders:,} order{'' if orders == 1 else 's'} approved."


def newer_than_seen(orders: int) -> str:
    """Say why these still wait although all were selected."""
    if orders == 1:
        return "order came or changed after you looked; look at it again"
    return "orders came or changed after you looked; look at them again"


def number_of(reviews: Mapping[str, Review], order_id: str) -> str:
    """Give the number that people know the order by."""
    review = reviews.get(decisions.as_order_id(order_id) or "")
    return review.facts.order.order_number if review and review.facts.order else order_id[:50]
