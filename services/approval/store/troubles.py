"""The SQL of troubles: orders that look well and still need a person.

They are few, and among a million others nobody would find them.
"""

from collections.abc import Sequence
from uuid import UUID

from services.approval.domain import Review, Status
from shared.database import Transaction

LISTED_MAX = 1_000


async def save_troubles(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Note which orders need a person, and which no more; most have never been in trouble."""
    known = [review for review in reviews if may_be_troubled(review)]
    if not known:
        return
    await transaction.execute(
        """
        WITH known AS (
            SELECT order_id, is_troubled, since, waits_for
            FROM unnest($1::uuid[], $2::boolean[], $3::timestamptz[], $4::text[])
                AS known (order_id, is_troubled, since, waits_for)
        ), mended AS (
            DELETE FROM trouble
            USING known
            WHERE trouble.order_id = known.order_id AND NOT is_troubled
        )
        INSERT INTO trouble (order_id, since, waits_for)
        SELECT order_id, coalesce(since, now()), waits_for
        FROM known
        WHERE is_troubled
        ON CONFLICT (order_id) DO UPDATE
        SET waits_for = excluded.waits_for
        WHERE trouble.waits_for <> excluded.waits_for
        """,
        [review.order_id for review in known],
        [review.standing.is_troubled for review in known],
        [review.facts.delay and review.facts.delay.waiting_since for review in known],
        [waits_for(review) for review in known],
    )


def may_be_troubled(review: Review) -> bool:
    """Tell whether the order is or was in trouble, so that its row may have to change."""
    return bool(review.facts.untold or review.facts.aside or review.facts.delayed)


def waits_for(review: Review) -> str:
    """Give why the order waits for the factory; empty where it needs a person."""
    standing = review.standing
    is_waiting = standing.status is Status.APPROVED and not standing.can_retry
    return review.facts.delay.reason if is_waiting and review.facts.delay else ""


async def find_troubles(transaction: Transaction) -> list[UUID]:
    """Give the orders in trouble, those that have been for longest first."""
    rows = await transaction.fetch(
        "SELECT order_id FROM trouble ORDER BY since, order_id LIMIT $1", LISTED_MAX
    )
    return [row["order_id"] for row in rows]
