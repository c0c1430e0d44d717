"""The SQL that keeps reviews: all their tables, the timeline and what is said, in one statement.

It is written as common table expressions, because it stands alone where reviews were locked before,
and behind the inbox's claim where they are as this process remembers them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.approval.domain import Happening, Review
from services.approval.domain.search import words_of
from services.approval.domain.snapshot import as_said
from shared import outbox
from shared.cloudevents import Message, message_of
from shared.events import OrderApproved

SIGNAL = "review"
"""Fires when reviews have changed."""
WAITING = "waiting"
"""Fires when there are orders that a rule might approve."""

SAVING = f"""
    known AS MATERIALIZED (
        SELECT *
        FROM unnest(
            $3::uuid[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],
            $14::timestamptz[], $15::uuid[], $16::json[], $17::bytea[]
        ) AS known (
            order_id, revision, status, placed_at, snapshot_hash, shop, facts, snapshot, words,
            approved_at, approved_by, goes_out_at, approval_id, headers, said
        )
    ), saved AS (
        INSERT INTO review
            (order_id, revision, status, placed_at, snapshot_hash, shop, approved_at, approved_by,
                goes_out_at, learned_in)
        SELECT order_id, revision, status, placed_at, snapshot_hash, shop, approved_at, approved_by,
            goes_out_at, pg_current_xact_id()
        FROM known
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET revision = excluded.revision,
            status = excluded.status,
            placed_at = excluded.placed_at,
            snapshot_hash = excluded.snapshot_hash,
            shop = excluded.shop,
            approved_at = excluded.approved_at,
            approved_by = excluded.approved_by,
            goes_out_at = excluded.goes_out_at,
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
        SELECT shop
        FROM known
        WHERE words IS NOT NULL AND shop <> ''
        ON CONFLICT DO NOTHING
    ), happened AS (
        INSERT INTO happening (order_id, event_id, happened_at, kind, who, text, seen_hash)
        SELECT order_id, event_id, happened_at, kind, who, text, seen_hash
        FROM unnest(
            $18::uuid[], $19::uuid[], $20::timestamptz[], $21::text[], $22::text[], $23::text[],
            $24::text[]
        ) AS new (order_id, event_id, happened_at, kind, who, text, seen_hash)
    ), recorded AS (
        INSERT INTO approval (order_id, event_id, approved_at, approved_by, snapshot_hash)
        SELECT order_id, approval_id, approved_at, approved_by, snapshot_hash
        FROM known
        WHERE approval_id IS NOT NULL
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT '{OrderApproved.topic}', order_id::text, headers, said
        FROM saved
        JOIN known USING (order_id)
        WHERE said IS NOT NULL
        RETURNING id
    )
"""  # noqa: S608 - values are parameters
UNSAID = (None, None, None)
"""Of a review that is not approved now: no approval's id, no headers and no event."""
SAVED_ALL = "(SELECT count(*) FROM saved) = cardinality($3::uuid[])"


@dataclass(frozen=True, slots=True)
class News:
    """Reviews to keep, what is written on their timelines, and which of them are approved now.

    The approvals, whose ids stand beside their orders, go out at once: then the reviews are in the
    order of their ids, as the promises are that are given for them.
    """

    reviews: Sequence[Review]
    happenings: Sequence[Happening] = ()
    approvals: Mapping[str, str] = field(default_factory=dict)

    @property
    def signals(self) -> frozenset[str]:
        """Name who is to be woken once it is kept, the outbox's relay excepted."""
        is_waiting = any(review.is_waiting for review in self.reviews)
        return frozenset({SIGNAL, WAITING}) if is_waiting else frozenset({SIGNAL})

    @property
    def messages(self) -> list[Message]:
        """Give the approvals as they go onto the stream."""
        return [
            message_of_approval(review, self.approvals[review.order_id])
            for review in self.reviews
            if review.order_id in self.approvals
        ]

    def values_with(self, messages: Sequence[Message]) -> tuple[Sequence[object], ...]:
        """Give the parameters of SAVING, which says these messages."""
        _, keys, headers, bodies = outbox.columns(messages)
        said = {
            key: (self.approvals[key], *written)
            for key, *written in zip(keys, headers, bodies, strict=True)
        }
        rows = [(*row_of(each), *said.get(each.order_id, UNSAID)) for each in self.reviews]
        return *as_columns(rows, 15), *as_columns(self.happenings, 7)


def message_of_approval(review: Review, event_id: str) -> Message:
    """Say the approval that a review has just been given."""
    if review.approval is None or review.snapshot is None:
        raise ValueError("nobody has approved this")
    who, at = review.approval.approved_by, review.approval.approved_at
    body = as_said(review.snapshot, event_id, who, at)
    return message_of(OrderApproved, "approval", review.order_id, event_id, at.isoformat(), body)


def row_of(review: Review) -> tuple[object, ...]:
    """Write a review as SAVING knows it; words only where they are new."""
    order, approval, snapshot = review.facts.order, review.approval, review.snapshot
    return (
        review.order_id,
        review.revision + 1,
        review.standing.status.value,
        order.placed_at if order else None,
        snapshot.hash if snapshot else None,
        order.shop if order else "",
        review.facts.model_dump_json(exclude_defaults=True),
        snapshot.body if snapshot else None,
        " ".join(words_of(review.facts)) if review.has_new_words else None,
        approval.approved_at if approval else None,
        approval.approved_by if approval else None,
        approval.goes_out_at if approval else None,
    )


def as_columns(rows: Iterable[Sequence[object]], width: int) -> list[Sequence[object]]:
    """Write rows of this width as columns, which are empty where there are no rows."""
    return list(zip(*rows, strict=True)) or [()] * width
