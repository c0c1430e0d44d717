"""The SQL that keeps reviews: all their tables, the timeline and what is said, in one statement.

It is written as common table expressions, because it stands alone where reviews were locked before,
and behind the inbox's claim where they are as this process remembers them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.approval.domain import Happening, Review
from services.approval.domain.search import words_of
from shared import outbox
from shared.cloudevents import Message, encode
from shared.events import OrderApproved

SIGNAL = "review"
"""Fires when reviews have changed."""
WAITING = "waiting"
"""Fires when there are orders that a rule might approve."""

SAVING = """
    known AS MATERIALIZED (
        SELECT *
        FROM unnest(
            $3::uuid[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],
            $14::timestamptz[]
        ) AS known (
            order_id, revision, status, placed_at, snapshot_hash, shop, facts, snapshot, words,
            approved_at, approved_by, goes_out_at
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
        SELECT DISTINCT shop
        FROM known
        WHERE words IS NOT NULL AND shop <> ''
            AND NOT EXISTS (SELECT FROM shop WHERE name = known.shop)
        ON CONFLICT DO NOTHING
    ), happened AS (
        INSERT INTO happening (order_id, event_id, happened_at, kind, who, text, seen_hash)
        SELECT order_id, event_id, happened_at, kind, who, text, seen_hash
        FROM unnest(
            $15::uuid[], $16::uuid[], $17::timestamptz[], $18::text[], $19::text[], $20::text[],
            $21::text[]
        ) AS new (order_id, event_id, happened_at, kind, who, text, seen_hash)
    ), recorded AS (
        INSERT INTO approval (order_id, event_id, approved_at, approved_by, snapshot_hash)
        SELECT order_id, event_id, approved_at, approved_by, snapshot_hash
        FROM unnest($22::uuid[], $23::uuid[]) AS approved (order_id, event_id)
        JOIN known USING (order_id)
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($24::text[], $25::text[], $26::json[], $27::bytea[])
            AS said (topic, key, headers, value)
        WHERE (SELECT count(*) FROM saved) > 0
        RETURNING id
    )
"""
SAVED_ALL = "(SELECT count(*) FROM saved) = cardinality($3::uuid[])"


@dataclass(frozen=True, slots=True)
class News:
    """Reviews to keep, what is written on their timelines, and the approvals among the news."""

    reviews: Sequence[Review]
    happenings: Sequence[Happening] = ()
    approvals: Sequence[OrderApproved] = ()

    @property
    def signals(self) -> frozenset[str]:
        """Name who is to be woken once it is kept."""
        is_waiting = any(review.is_waiting for review in self.reviews)
        others = {outbox.SIGNAL: bool(self.said), WAITING: is_waiting}
        return frozenset({SIGNAL} | {signal for signal, fires in others.items() if fires})

    @property
    def said(self) -> list[OrderApproved]:
        """Give the approvals that go out at once; of one that cools off nothing is said yet."""
        cooling = {review.order_id for review in self.reviews if review.is_cooling_off}
        return [event for event in self.approvals if event.order_id not in cooling]

    @property
    def messages(self) -> list[Message]:
        """Give what is said, as it goes onto the stream."""
        return [encode(event, "approval") for event in self.said]

    def values_with(self, messages: Sequence[Message]) -> tuple[Sequence[object], ...]:
        """Give the parameters of SAVING, which says these messages."""
        return (
            *columns_of(self.reviews),
            *timeline_of(self.happenings),
            [event.order_id for event in self.approvals],
            [event.event_id for event in self.approvals],
            *outbox.columns(messages),
        )


def columns_of(reviews: Sequence[Review]) -> tuple[list[object], ...]:
    """Write reviews as the columns of their tables; words only where they are new."""
    approvals = [review.approval for review in reviews]
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
        [approval and approval.approved_at for approval in approvals],
        [approval and approval.approved_by for approval in approvals],
        [approval and approval.goes_out_at for approval in approvals],
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
