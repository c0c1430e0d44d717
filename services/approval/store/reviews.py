"""The SQL that keeps what is known of orders."""

from collections.abc import Sequence

import asyncpg

from services.approval.domain import Approval, Facts, Happening, Review, Snapshot
from services.approval.domain.search import words_of
from shared.database import Transaction

SIGNAL = "review"
"""Fires when reviews have changed."""


async def lock_reviews(transaction: Transaction, order_ids: Sequence[str]) -> dict[str, Review]:
    """Give the orders' reviews, locked until the transaction ends; a new one where there is none.

    Locked in one order everywhere, so that two who want the same orders cannot block each other.
    Both tables are locked: only of a locked table does a waiting statement read what is new.
    """
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, snapshot_hash,
            facts, snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE order_id = ANY($1::uuid[])
        ORDER BY order_id
        FOR UPDATE
        """,
        order_ids,
    )
    found = {row["order_id"]: as_review(row) for row in rows}
    return {order_id: found.get(order_id) or Review(order_id) for order_id in order_ids}


async def save_reviews(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Keep reviews that were locked before.

    An order that two consumers hear of first at the same moment has no row to lock. Then the
    second is told by its revision and comes again, when it can read what the first wrote.
    """
    if not reviews:
        return
    saved = await transaction.execute(
        """
        INSERT INTO review (order_id, revision, status, placed_at, snapshot_hash, shop)
        SELECT order_id, revision, status, placed_at, snapshot_hash, shop
        FROM unnest(
            $1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[]
        ) AS known (order_id, revision, status, placed_at, snapshot_hash, shop)
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET revision = excluded.revision,
            status = excluded.status,
            placed_at = excluded.placed_at,
            snapshot_hash = excluded.snapshot_hash,
            shop = excluded.shop,
            changed_in = pg_current_xact_id()
        WHERE review.revision = excluded.revision - 1
        """,
        [review.order_id for review in reviews],
        [review.revision + 1 for review in reviews],
        [review.standing.status.value for review in reviews],
        [review.facts.order and review.facts.order.placed_at for review in reviews],
        [review.snapshot and review.snapshot.hash for review in reviews],
        [review.facts.order.shop if review.facts.order else "" for review in reviews],
    )
    if saved < len(reviews):
        raise asyncpg.SerializationError("another consumer opened the same review")
    await save_facts(transaction, reviews)
    await save_words(transaction, reviews)
    await save_shops(transaction, reviews)
    transaction.wake(SIGNAL)


async def save_facts(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Keep what is large of the reviews."""
    await transaction.execute(
        """
        INSERT INTO review_facts (order_id, facts, snapshot)
        SELECT order_id, facts, snapshot
        FROM unnest($1::uuid[], $2::text[], $3::text[]) AS known (order_id, facts, snapshot)
        ON CONFLICT (order_id) DO UPDATE
        SET facts = excluded.facts, snapshot = excluded.snapshot
        """,
        [review.order_id for review in reviews],
        [review.facts.model_dump_json(exclude_defaults=True) for review in reviews],
        [review.snapshot and review.snapshot.body for review in reviews],
    )


async def save_words(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Keep the words that find the orders; most events bring none, and then nothing is written."""
    worded = [review for review in reviews if review.has_new_words]
    if not worded:
        return
    await transaction.execute(
        """
        INSERT INTO review_words (order_id, words)
        SELECT order_id, array_to_tsvector(string_to_array(words, ' '))
        FROM unnest($1::uuid[], $2::text[]) AS known (order_id, words)
        ON CONFLICT (order_id) DO UPDATE
        SET words = excluded.words
        """,
        [review.order_id for review in worded],
        [" ".join(words_of(review.facts)) for review in worded],
    )


async def save_shops(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Keep the names of the stores, of which there are few."""
    shops = {
        review.facts.order.shop for review in reviews if review.has_new_words and review.facts.order
    }
    if not shops:
        return
    await transaction.execute(
        """
        INSERT INTO shop (name)
        SELECT unnest($1::text[])
        ON CONFLICT DO NOTHING
        """,
        sorted(shops),
    )


async def add_happenings(transaction: Transaction, happenings: Sequence[Happening]) -> None:
    """Write entries on the orders' timelines."""
    if not happenings:
        return
    await transaction.execute(
        """
        INSERT INTO happening (order_id, event_id, happened_at, kind, who, text, seen_hash)
        SELECT order_id, event_id, happened_at, kind, who, text, seen_hash
        FROM unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
            $7::text[]
        ) AS new (order_id, event_id, happened_at, kind, who, text, seen_hash)
        """,
        [happening.order_id for happening in happenings],
        [happening.event_id for happening in happenings],
        [happening.happened_at for happening in happenings],
        [happening.kind for happening in happenings],
        [happening.who for happening in happenings],
        [happening.text for happening in happenings],
        [happening.seen_hash for happening in happenings],
    )


def as_review(row: asyncpg.Record) -> Review:
    """Read a review from its two rows."""
    approved_at, snapshot = row["approved_at"], row["snapshot"]
    return Review(
        order_id=row["order_id"],
        facts=Facts.model_validate_json(row["facts"]),
        approval=Approval(approved_at, row["approved_by"]) if approved_at else None,
        snapshot=Snapshot(row["snapshot_hash"], snapshot) if snapshot else None,
        revision=row["revision"],
    )
