"""The SQL that keeps what is known of orders."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import asyncpg

from services.approval.domain import Approval, Facts, Happening, Review, Snapshot
from services.approval.store.recent import Recent
from services.approval.store.saving import SAVED_ALL, SAVING, News, as_columns
from services.approval.store.troubles import save_troubles
from shared.database import Transaction

SAVE = f"""
    WITH alone AS (
        SELECT $1::text, $2::text
    ), {SAVING}
    SELECT {SAVED_ALL} AS is_all, pg_current_xact_id()::text AS learned_in
"""
"""The first two parameters are the inbox's, which is not asked here."""


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
    await save_troubles(transaction, reviews)
    news = News(reviews, happenings)
    saved = await transaction.fetchrow(SAVE, None, None, *news.values_with(news.messages))
    if saved is None or not saved["is_all"]:
        raise asyncpg.SerializationError("another consumer opened the same review")
    if recent is not None:
        written = [review.as_saved() for review in reviews]
        transaction.after_commit(partial(recent.keep, written, saved["learned_in"]))
    for signal in news.signals:
        transaction.wake(signal)


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
        *as_columns(happenings, 7),
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
