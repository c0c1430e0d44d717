"""The SQL of what is new: which orders changed since a reader looked last, and the counts."""

from shared.database import Transaction

DUE = "(SELECT count(*) FROM (SELECT FROM tally LIMIT 200) AS few) = 200"
"""Tells whether the changes of the counts are enough to be summed up."""


async def find_place(transaction: Transaction) -> str:
    """Name this moment as Postgres sees it: which transactions count as done.

    Read it before anything else: then what is shown is of this moment or newer.
    """
    place: str = await transaction.fetchval("SELECT pg_current_snapshot()::text")
    return place


async def find_changed(transaction: Transaction, since: str, limit: int) -> list[str]:
    """Give the orders whose last change was not done at that moment.

    Transactions do not commit in the order of their numbers; a snapshot knows which were open.
    """
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id
        FROM review
        WHERE changed_in >= pg_snapshot_xmin($1::text::pg_snapshot)
            AND NOT pg_visible_in_snapshot(changed_in, $1::text::pg_snapshot)
            AND placed_at IS NOT NULL
        ORDER BY placed_at, order_id
        LIMIT $2
        """,
        since,
        limit,
    )
    return [row["order_id"] for row in rows]


async def fold_tally(transaction: Transaction) -> int:
    """Sum the changes of the counts up into one row a status; give how many rows are left of them.

    Nothing is done while they are few. Readers see all of it before or all of it after, so the
    counts are true at every moment.
    """
    return await transaction.execute(
        f"""
        WITH old AS (
            DELETE FROM tally
            WHERE ctid IN (SELECT ctid FROM tally WHERE {DUE} FOR UPDATE SKIP LOCKED)
            RETURNING status, orders
        )
        INSERT INTO tally (status, orders)
        SELECT status, sum(orders)
        FROM old
        GROUP BY status
        HAVING sum(orders) <> 0
        """  # noqa: S608 - there are no values
    )
