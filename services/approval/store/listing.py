"""The SQL that finds orders for a list, at a million of them too.

A list is walked status by status along one index. A search first looks among the newest, where
common words are found at once; only when they give too few is the index of words asked, which then
has few orders to give. For what is neither common nor rare more of the newest are looked at.
"""

from uuid import UUID

from services.approval.domain import Review
from services.approval.domain.query import Place, Query
from services.approval.store.reviews import as_review
from services.approval.store.troubles import find_troubles
from shared.database import Transaction

LOOKED_AT = (2_000, 20_000)
RARE = 3_000
"""Words that find more orders than these are looked for among more of the newest first."""

WALK_NEWEST = """
    SELECT order_id, placed_at
    FROM (
        SELECT found.order_id, found.placed_at
        FROM unnest($1::text[]) AS wanted (status)
        CROSS JOIN LATERAL (
            SELECT order_id, placed_at
            FROM review
            WHERE review.status = wanted.status
                AND (placed_at, order_id) < ($2::timestamptz, $3::uuid)
                AND placed_at BETWEEN $4 AND $5
                AND ($6 = '' OR shop = $6)
            ORDER BY placed_at DESC, order_id DESC
            LIMIT $7
        ) AS found
        ORDER BY placed_at DESC, order_id DESC
        LIMIT $7
    ) AS newest
    WHERE $8::tsquery IS NULL
        OR (SELECT words @@ $8 FROM review_words WHERE review_words.order_id = newest.order_id)
    ORDER BY placed_at DESC, order_id DESC
    LIMIT $9
"""
WALK_OLDEST = """
    SELECT order_id, placed_at
    FROM (
        SELECT found.order_id, found.placed_at
        FROM unnest($1::text[]) AS wanted (status)
        CROSS JOIN LATERAL (
            SELECT order_id, placed_at
            FROM review
            WHERE review.status = wanted.status
                AND (placed_at, order_id) > ($2::timestamptz, $3::uuid)
                AND placed_at BETWEEN $4 AND $5
                AND ($6 = '' OR shop = $6)
            ORDER BY placed_at, order_id
            LIMIT $7
        ) AS found
        ORDER BY placed_at, order_id
        LIMIT $7
    ) AS oldest
    WHERE $8::tsquery IS NULL
        OR (SELECT words @@ $8 FROM review_words WHERE review_words.order_id = oldest.order_id)
    ORDER BY placed_at, order_id
    LIMIT $9
"""
SEARCH_NEWEST = """
    SELECT order_id, placed_at
    FROM review
    WHERE order_id = ANY($8::uuid[])
        AND status = ANY($1::text[])
        AND (placed_at, order_id) < ($2::timestamptz, $3::uuid)
        AND placed_at BETWEEN $4 AND $5
        AND ($6 = '' OR shop = $6)
    ORDER BY placed_at DESC, order_id DESC
    LIMIT $7
"""
SEARCH_OLDEST = """
    SELECT order_id, placed_at
    FROM review
    WHERE order_id = ANY($8::uuid[])
        AND status = ANY($1::text[])
        AND (placed_at, order_id) > ($2::timestamptz, $3::uuid)
        AND placed_at BETWEEN $4 AND $5
        AND ($6 = '' OR shop = $6)
    ORDER BY placed_at, order_id
    LIMIT $7
"""


async def list_reviews(
    transaction: Transaction, query: Query, after: Place | None, limit: int
) -> list[Review]:
    """Give the first orders of the query after the place."""
    ids = await find_ids(transaction, query, after or query.start, limit)
    found = await find_reviews(transaction, ids)
    return [found[order_id] for order_id in ids if order_id in found]


async def find_ids(transaction: Transaction, query: Query, after: Place, limit: int) -> list[str]:
    """Give the ids in their order: by walking, and where that finds too few by the words."""
    shared = (query.wanted, *after, query.since, query.until, query.shop)
    walk, search = (
        (WALK_OLDEST, SEARCH_OLDEST) if query.is_oldest_first else (WALK_NEWEST, SEARCH_NEWEST)
    )
    # A plan for any words at all is a bad one for these words; to plan takes next to no time.
    await transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    if query.is_troubled:
        rows = await transaction.fetch(search, *shared, limit, await find_troubles(transaction))
        return [str(row["order_id"]) for row in rows]
    if query.words is None:
        rows = await transaction.fetch(walk, *shared, limit, None, limit)
        return [str(row["order_id"]) for row in rows]
    few, many = LOOKED_AT
    rows = await transaction.fetch(walk, *shared, few, query.words, limit)
    if len(rows) < limit:
        worded = await find_worded(transaction, query.words, RARE)
        if len(worded) == RARE:
            rows = await transaction.fetch(walk, *shared, many, query.words, limit)
            if len(rows) == limit:
                return [str(row["order_id"]) for row in rows]
            worded = await find_worded(transaction, query.words, None)
        rows = await transaction.fetch(search, *shared, limit, worded)
    return [str(row["order_id"]) for row in rows]


async def find_worded(transaction: Transaction, words: str, limit: int | None) -> list[UUID]:
    """Give orders that the words find: every one, or so many of them in no order.

    A statement of its own: in one with the list, Postgres may think the words common, and walk
    through all orders in search of one. For the same reason the limit is put on afterwards.
    """
    rows = await transaction.fetch(
        """
        WITH worded AS MATERIALIZED (
            SELECT order_id
            FROM review_words
            WHERE words @@ $1::tsquery
        )
        SELECT order_id
        FROM worded
        LIMIT $2
        """,
        words,
        limit,
    )
    return [row["order_id"] for row in rows]


async def find_reviews(transaction: Transaction, order_ids: list[str]) -> dict[str, Review]:
    """Give these orders' reviews, as they are now."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, goes_out_at,
            snapshot_hash, facts, snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE order_id = ANY($1::uuid[])
        """,
        order_ids,
    )
    return {row["order_id"]: as_review(row) for row in rows}


async def count_found(transaction: Transaction, query: Query) -> int:
    """Count the orders of a query."""
    await transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    count: int = await transaction.fetchval(
        """
        SELECT count(*)
        FROM review
        WHERE status = ANY($1::text[])
            AND placed_at BETWEEN $2 AND $3
            AND ($4 = '' OR shop = $4)
            AND (
                $5::tsquery IS NULL
                OR order_id IN (SELECT order_id FROM review_words WHERE words @@ $5)
            )
        """,
        query.wanted,
        query.since,
        query.until,
        query.shop,
        query.words,
    )
    return count


async def find_shops(transaction: Transaction) -> list[str]:
    """Name the stores that orders came from."""
    rows = await transaction.fetch("SELECT name FROM shop ORDER BY name")
    return [row["name"] for row in rows]
