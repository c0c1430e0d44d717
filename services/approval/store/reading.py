"""The SQL that shows orders to people and programs."""

from services.approval.domain import Happening, Review, Status
from services.approval.store.reviews import as_review
from shared.database import Transaction


async def find_review(transaction: Transaction, order_id: str) -> Review | None:
    """Give one order's review, as it is now."""
    row = await transaction.fetchrow(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, goes_out_at,
            snapshot_hash, facts, snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE order_id = $1
        """,
        order_id,
    )
    return as_review(row) if row else None


async def count_by_status(transaction: Transaction) -> dict[Status, int]:
    """Tell how many orders stand where; those known only by a cancellation do not count."""
    rows = await transaction.fetch(
        """
        SELECT status, sum(orders)::bigint AS orders
        FROM tally
        GROUP BY status
        """
    )
    return {Status(row["status"]): row["orders"] for row in rows}


async def find_timeline(transaction: Transaction, order_id: str) -> list[Happening]:
    """Give everything that happened to the order, oldest first, approvals included."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, event_id::text AS event_id, happened_at, kind, who,
            text, seen_hash
        FROM (
            SELECT order_id, event_id, happened_at, kind, who, text, seen_hash, id
            FROM happening
            WHERE order_id = $1
            UNION ALL
            SELECT order_id, event_id, approved_at, 'OrderApproved', approved_by, 'Approved', '', 0
            FROM approval
            WHERE order_id = $1
        ) AS happened
        ORDER BY happened_at, id
        """,
        order_id,
    )
    return [Happening(**row) for row in rows]


async def find_changes_since(transaction: Transaction, order_id: str, seen: str) -> list[str]:
    """Say what has happened since the snapshot of this hash was what could be approved."""
    rows = await transaction.fetch(
        """
        SELECT text
        FROM happening
        WHERE order_id = $1
            AND id >= (SELECT max(id) FROM happening WHERE order_id = $1 AND seen_hash = $2)
        ORDER BY id
        """,
        order_id,
        seen,
    )
    return [row["text"] for row in rows]
