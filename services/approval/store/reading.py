"""The SQL that shows orders to people and programs."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.approval.domain import Happening, Review, Status
from services.approval.store.reviews import as_review
from shared.database import Transaction

NEWEST = (datetime.max.replace(tzinfo=UTC), "ffffffff-ffff-ffff-ffff-ffffffffffff")
"""Where a list begins when nothing was read yet."""


async def find_review(transaction: Transaction, order_id: str) -> Review | None:
    """Give one order's review, as it is now."""
    row = await transaction.fetchrow(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, snapshot_hash,
            facts::text AS facts, snapshot::text AS snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE order_id = $1
        """,
        order_id,
    )
    return as_review(row) if row else None


async def list_reviews(
    transaction: Transaction,
    statuses: Sequence[Status],
    search: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Review]:
    """Give the newest orders after the one that was read last; no status means every status."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, snapshot_hash,
            facts::text AS facts, snapshot::text AS snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE (placed_at, order_id) < ($1::timestamptz, $2::uuid)
            AND (cardinality($3::text[]) = 0 OR status = ANY($3))
            AND ($4::tsquery IS NULL OR words @@ $4)
        ORDER BY placed_at DESC, order_id DESC
        LIMIT $5
        """,
        *(after or NEWEST),
        list(statuses),
        search,
        limit,
    )
    return [as_review(row) for row in rows]


async def count_by_status(transaction: Transaction) -> dict[Status, int]:
    """Tell how many orders stand where; those known only by a cancellation do not count."""
    rows = await transaction.fetch(
        """
        SELECT status, count(*) AS orders
        FROM review
        WHERE placed_at IS NOT NULL
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
