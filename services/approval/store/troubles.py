"""The SQL of troubles: orders that look well and still need a person.

They are few, and among a million others nobody would find them.
"""

from collections.abc import Sequence
from uuid import UUID

from services.approval.domain import Review
from shared.database import Transaction

LISTED_MAX = 1_000


async def save_troubles(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Note which orders need a person, and which no more; most have never been in trouble."""
    known = [review for review in reviews if review.facts.untold or review.facts.aside]
    if not known:
        return
    await transaction.execute(
        """
        WITH known AS (
            SELECT order_id, is_troubled
            FROM unnest($1::uuid[], $2::boolean[]) AS known (order_id, is_troubled)
        ), mended AS (
            DELETE FROM trouble
            USING known
            WHERE trouble.order_id = known.order_id AND NOT is_troubled
        )
        INSERT INTO trouble (order_id)
        SELECT order_id
        FROM known
        WHERE is_troubled
        ON CONFLICT DO NOTHING
        """,
        [review.order_id for review in known],
        [review.standing.is_troubled for review in known],
    )


async def find_troubles(transaction: Transaction) -> list[UUID]:
    """Give the orders in trouble, those that have been for longest first."""
    rows = await transaction.fetch(
        "SELECT order_id FROM trouble ORDER BY since, order_id LIMIT $1", LISTED_MAX
    )
    return [row["order_id"] for row in rows]
