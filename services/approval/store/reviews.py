"""The SQL that keeps what is known of orders."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import asyncpg

from services.approval.domain import Approval, Facts, Happening, Review, Snapshot
from services.approval.domain.search import words_of
from services.approval.store.recent import Recent
from services.approval.store.troubles import save_troubles
from shared.database import Transaction

SIGNAL = "review"
"""Fires when reviews have changed."""

SAVE = """
    WITH known AS MATERIALIZED (
        SELECT *
        FROM unnest(
            $1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[],
            $7::text[], $8::text[], $9::text[]
        ) AS known (
            order_id, revision, status, placed_at, snapshot_hash, shop, facts, snapshot, words
        )
    ), saved AS (
        INSERT INTO review
            (order_id, revision, status, placed_at, snapshot_hash, shop, learned_in)
        SELECT order_id, revision, status, placed_at, snapshot_hash, shop,
            pg_current_xact_id()
        FROM known
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET revision = excluded.revision,
            status = excluded.status,
            placed_at = excluded.placed_at,
            snapshot_hash = excluded.snapshot_hash,
            shop = excluded.shop,
            changed_in = pg_current_xact_id(),
            learned_in = pg_current_xact_id()
        WHERE review.revision = excluded.revision - 1
        RETURNING order_id
    ), in_full AS (
        INSERT INTO review_facts (order_id, facts, snapshot)
        SELECT order_id, facts, snapshot
        FROM known
        ON CONFLICT (order_id) DO UPDATE
        SET facts = excluded.facts, snapshot = excluded.snapshot
    ), worded AS (
        INSERT INTO review_words (order_id, words)
        SELECT order_id, array_to_tsvector(string_to_array(words, ' '))
        FROM known
        WHERE words IS NOT NULL
        ON CONFLICT (order_id) DO UPDATE
        SET words = excluded.words
    ), sold AS (
        INSERT INTO shop (name)
        SELECT DISTINCT shop
        FROM known
        WHERE words IS NOT NULL AND shop <> ''
            AND NOT EXISTS (SELECT FROM shop WHERE name = known.shop)
        ON CONFLICT DO NOTHING
    ), happened AS (
        INSERT INTO happening (order_id, event_id, happened_at, kind, who, text, seen_hash)
        SELECT order_id, event_id, happened_at, kind, who, text, seen_hash
        FROM unnest(
            $10::uuid[], $11::uuid[], $12::timestamptz[], $13::text[], $14::text[],
            $15::text[], $16::text[]
        ) AS new (order_id, event_id, happened_at, kind, who, text, seen_hash)
    )
    SELECT count(*) AS orders, pg_current_xact_id()::text AS learned_in
    FROM saved
"""
"""Everything is one statement, because each one costs a message there and back."""


async def lock_reviews(
    transaction: Transaction, order_ids: Sequence[str], recent: Recent | None = None
) -> dict[str, Review]:
    """Give the orders' reviews, locked until the transaction ends; a new one where there is none.

    Locked in one order everywhere, so that two who want the same orders cannot block each other.
    With `recent`, only those are read that were written elsewhere since.
    """
    found = await lock_recent(transaction, order_ids, recent) if recent else {}
    rest = [order_id for order_id in order_ids if order_id not in found]
    if rest:
        found |= await lock_and_read(transaction, rest)
    return {order_id: found.get(order_id) or Review(order_id) for order_id in order_ids}


async def lock_recent(
    transaction: Transaction, order_ids: Sequence[str], recent: Recent
) -> dict[str, Review]:
    """Lock the orders' reviews, and give those whose facts are as they were written here last."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, goes_out_at,
            learned_in::text AS learned_in
        FROM review
        WHERE order_id = ANY($1::uuid[])
        ORDER BY order_id
        FOR UPDATE
        """,
        order_ids,
    )
    found = {order_id: Review(order_id) for order_id in order_ids}
    for row in rows:
        known = recent.find(row["order_id"], row["learned_in"])
        if known is None:
            del found[row["order_id"]]
        else:
            found[known.order_id] = replace(
                known, revision=row["revision"], approval=as_approval(row)
            )
    return found


async def lock_and_read(transaction: Transaction, order_ids: Sequence[str]) -> dict[str, Review]:
    """Give the orders' reviews that there are, locked.

    Both tables are locked: only of a locked table does a waiting statement read what is new.
    """
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, revision, approved_at, approved_by, goes_out_at,
            snapshot_hash, facts, snapshot
        FROM review
        JOIN review_facts USING (order_id)
        WHERE order_id = ANY($1::uuid[])
        ORDER BY order_id
        FOR UPDATE
        """,
        order_ids,
    )
    return {row["order_id"]: as_review(row) for row in rows}


async def save_reviews(
    transaction: Transaction,
    reviews: Sequence[Review],
    happenings: Sequence[Happening] = (),
    recent: Recent | None = None,
) -> None:
    """Keep reviews that were locked before, and write on their timelines what happened.

    An order that two consumers hear of first at the same moment has no row to lock. Then the
    second is told by its revision and comes again, when it can read what the first wrote.
    """
    if not reviews:
        return
    await drop_approvals(transaction, reviews)
    await save_troubles(transaction, reviews)
    saved = await transaction.fetchrow(
        SAVE,
        *columns_of(reviews),
        *timeline_of(happenings),
    )
    if saved is None or saved["orders"] < len(reviews):
        raise asyncpg.SerializationError("another consumer opened the same review")
    if recent is not None:
        written = [review.as_saved() for review in reviews]
        transaction.after_commit(partial(recent.keep, written, saved["learned_in"]))
    transaction.wake(SIGNAL)


async def drop_approvals(transaction: Transaction, reviews: Sequence[Review]) -> None:
    """Take back approvals that do not hold any more; that they were given stays on record."""
    lost = [review.order_id for review in reviews if review.has_lost_approval]
    if not lost:
        return
    await transaction.execute(
        """
        UPDATE review
        SET status = 'receiving_files', approved_at = NULL, approved_by = NULL, goes_out_at = NULL
        WHERE order_id = ANY($1::uuid[])
        """,
        lost,
    )


def columns_of(reviews: Sequence[Review]) -> tuple[list[object], ...]:
    """Write reviews as the columns of their tables; words only where they are new."""
    return (
        [review.order_id for review in reviews],
        [review.revision + 1 for review in reviews],
        [review.standing.status.value for review in reviews],
        [review.facts.order and review.facts.order.placed_at for review in reviews],
        [review.snapshot and review.snapshot.hash for review in reviews],
        [review.facts.order.shop if review.facts.order else "" for review in reviews],
        [review.facts.model_dump_json(exclude_defaults=True) for review in reviews],
        [review.snapshot and review.snapshot.body for review in reviews],
        [" ".join(words_of(each.facts)) if each.has_new_words else None for each in reviews],
    )


async def add_happenings(transaction: Transaction, happenings: Sequence[Happening]) -> None:
    """Write entries on timelines of orders whose reviews are kept otherwise."""
    await transaction.execute(
        """
        INSERT INTO happening (order_id, event_id, happened_at, kind, who, text, seen_hash)
        SELECT order_id, event_id, happened_at, kind, who, text, seen_hash
        FROM unnest(
            $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
            $7::text[]
        ) AS new (order_id, event_id, happened_at, kind, who, text, seen_hash)
        """,
        *timeline_of(happenings),
    )


def timeline_of(happenings: Sequence[Happening]) -> tuple[list[object], ...]:
    """Write entries of timelines as the columns of their table."""
    return (
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
    snapshot = row["snapshot"]
    return Review(
        order_id=row["order_id"],
        facts=Facts.model_validate_json(row["facts"]),
        approval=as_approval(row),
        snapshot=Snapshot(row["snapshot_hash"], snapshot) if snapshot else None,
        revision=row["revision"],
    )


def as_approval(row: asyncpg.Record) -> Approval | None:
    """Read who approved; None when nobody has."""
    approved = (row["approved_at"], row["approved_by"], row["goes_out_at"])
    return Approval(*approved) if row["approved_at"] else None
