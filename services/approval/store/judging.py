"""The SQL of rules: orders that no rule has looked at yet, and orders that wait too long."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from services.approval.domain import Review
from services.approval.domain.search import exactly
from services.approval.store.reviews import as_review
from shared.database import Transaction
from shared.unexpected import Unreadable, read_each

LOOKED = "CASE WHEN judged_revision = revision THEN judged_version ELSE 0 END"
"""The version of the rules that has looked at the order as it is; 0 for none, they begin at 1.

It is read in the order of its index, or Postgres would look through all orders that wait.
"""

DUE = f"""
    (SELECT min({LOOKED}) FROM review WHERE status = 'needs_approval')
        < (SELECT max(version) FROM rule_version)
"""  # noqa: S608 - there are no values
"""Tells whether an order waits that the rules which hold have not looked at as it is."""


async def lock_unjudged(
    transaction: Transaction, version: int, limit: int
) -> list[Review | Unreadable[Review]]:
    """Give waiting orders that this version of the rules has not looked at as they are, locked.

    Of one that cannot be read, only its revision is known.
    """
    rows = await transaction.fetch(
        f"""
        SELECT order_id::text AS order_id, revision, approved_at, approved_by,
            goes_out_at, snapshot_hash, facts, snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE status = 'needs_approval' AND {LOOKED} < $1
        ORDER BY {LOOKED}, order_id
        LIMIT $2
        FOR UPDATE OF review, review_facts SKIP LOCKED
        """,  # noqa: S608 - all values are parameters
        version,
        limit,
    )
    return read_each(rows, as_review, as_unread)


def as_unread(row: asyncpg.Record) -> Review:
    """Read of an order what says that it was looked at."""
    return Review(row["order_id"], revision=row["revision"])


async def mark_judged(transaction: Transaction, version: int, reviews: Sequence[Review]) -> None:
    """Note that this version of the rules has looked at these orders as they are."""
    await transaction.execute(
        """
        UPDATE review
        SET judged_revision = seen.revision, judged_version = $3
        FROM unnest($1::uuid[], $2::bigint[]) AS seen (order_id, revision)
        WHERE review.order_id = seen.order_id
        """,
        [review.order_id for review in reviews],
        [review.revision for review in reviews],
        version,
    )


async def find_returning(transaction: Transaction, reviews: Sequence[Review]) -> set[str]:
    """Tell which of these orders are by shoppers who were sent something before."""
    emails = {
        review.order_id: exactly(review.facts.order.shopper.email)
        for review in reviews
        if review.facts.order and review.facts.order.shopper.email
    }
    rows = await transaction.fetch(
        """
        SELECT asked.order_id
        FROM unnest($1::text[], $2::text[]) AS asked (order_id, email)
        WHERE EXISTS (
            SELECT
            FROM review_words
            JOIN review USING (order_id)
            WHERE words @@ asked.email::tsquery AND status = 'fulfilled'
        )
        """,
        list(emails),
        list(emails.values()),
    )
    return {row["order_id"] for row in rows}


async def take_overdue(
    transaction: Transaction, after: timedelta, limit: int
) -> dict[str, datetime]:
    """Give since when waiting orders wait that are overdue and were not said to be, locked.

    Each is given once.
    """
    rows = await transaction.fetch(
        """
        WITH taken AS (
            INSERT INTO overdue (order_id)
            SELECT order_id
            FROM review
            WHERE status = 'needs_approval'
                AND placed_at < now() - $1::interval
                AND NOT EXISTS (SELECT FROM overdue WHERE overdue.order_id = review.order_id)
            ORDER BY placed_at
            LIMIT $2
            ON CONFLICT DO NOTHING
            RETURNING order_id
        )
        SELECT order_id::text AS order_id, placed_at
        FROM review
        WHERE order_id IN (SELECT order_id FROM taken)
        ORDER BY order_id
        FOR UPDATE
        """,
        after,
        limit,
    )
    return {row["order_id"]: row["placed_at"] for row in rows}


async def count_overdue(transaction: Transaction, after: timedelta) -> int:
    """Count the orders that wait and are overdue."""
    count: int = await transaction.fetchval(
        """
        SELECT count(*)
        FROM review
        WHERE status = 'needs_approval' AND placed_at < now() - $1::interval
        """,
        after,
    )
    return count
