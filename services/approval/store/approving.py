"""The SQL of approving: one statement, however many orders."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from pydantic_core import to_json

from services.approval.domain import Approval, Status
from services.approval.domain.approvable import APPROVAL_BYTES_MAX
from services.approval.domain.query import Query
from services.approval.store.recent import Recent
from services.approval.store.saving import SIGNAL
from shared import outbox
from shared.cloudevents import message_of
from shared.database import Transaction
from shared.events import OrderApproved
from shared.events.event import new_event_id

APPROVE = """
    WITH wanted AS (
        SELECT order_id, event_id
        FROM unnest($1::uuid[], $2::text[], $3::uuid[])
            AS asked (order_id, seen_hash, event_id)
        JOIN review USING (order_id)
        JOIN review_facts USING (order_id)
        WHERE status = 'needs_approval'
            AND (seen_hash IS NULL OR seen_hash = snapshot_hash)
            AND octet_length(snapshot) <= $11
    ), approved AS (
        UPDATE review
        SET status = 'approved', approved_at = $4, approved_by = $5, goes_out_at = $10,
            revision = revision + 1, changed_in = pg_current_xact_id()
        FROM wanted
        WHERE review.order_id = wanted.order_id
        RETURNING review.order_id, wanted.event_id, review.snapshot_hash, review.revision
    ), recorded AS (
        INSERT INTO approval (order_id, event_id, approved_at, approved_by, snapshot_hash)
        SELECT order_id, event_id, $4, $5, snapshot_hash
        FROM approved
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT
            $6,
            order_id::text,
            format(
                $8,
                event_id,
                order_id,
                replace(order_id::text, '-', '') || '-'
                    || right(replace(event_id::text, '-', ''), 16)
            )::json,
            convert_to(
                '{"event_id":"' || event_id || '","occurred_at":"' || $7
                    || '","approved_by":' || $9 || ',' || substr(snapshot, 2),
                'UTF8'
            )
        FROM approved
        JOIN review_facts USING (order_id)
        WHERE $10::timestamptz IS NULL
    )
    SELECT order_id::text AS order_id, revision
    FROM approved
"""


async def lock_orders(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Lock these orders' reviews, in the order in which everybody locks them."""
    await transaction.execute(
        """
        SELECT order_id
        FROM review
        WHERE order_id = ANY($1::uuid[])
        ORDER BY order_id
        FOR UPDATE
        """,
        order_ids,
    )


async def lock_waiting(
    transaction: Transaction, query: Query, as_of: str
) -> tuple[list[str], list[str]]:
    """Lock every order that waits for an approval and that the query finds.

    Gives those that stood like this at the moment `as_of`, and those that came or changed since;
    without a moment there are none of these. Whoever changes a row first is waited for, and what
    it left is looked at.
    """
    if query.words:
        # A plan for any words at all is a bad one for these words.
        await transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    rows = await transaction.fetch(
        """
        SELECT
            order_id::text AS order_id,
            $5::text IS NULL
                OR pg_visible_in_snapshot(changed_in, $5::text::pg_snapshot) AS is_known
        FROM review
        WHERE status = 'needs_approval'
            AND placed_at BETWEEN $1 AND $2
            AND ($3 = '' OR shop = $3)
            AND (
                $4::tsquery IS NULL
                OR order_id IN (SELECT order_id FROM review_words WHERE words @@ $4)
            )
        ORDER BY order_id
        FOR UPDATE
        """,
        query.since,
        query.until,
        query.shop,
        query.words,
        as_of or None,
    )
    known = [row["order_id"] for row in rows if row["is_known"]]
    return known, [row["order_id"] for row in rows if not row["is_known"]]


async def approve(
    transaction: Transaction,
    order_ids: Sequence[str],
    seen_hashes: Sequence[str | None],
    approval: Approval,
    recent: Recent,
) -> set[str]:
    """Approve those that wait and are still as they were seen; give the ids of those.

    Lock them before, in a statement of its own: then this one reads the newest snapshots. A hash
    of None means that the caller takes the order as it is. What is said was prepared when the
    order became ready, so that nothing has to be worked out here; of an approval that cools off
    nothing is said yet.
    """
    if not order_ids:
        return set()
    rows = await transaction.fetch(
        APPROVE,
        order_ids,
        seen_hashes,
        [new_event_id() for _ in order_ids],
        approval.approved_at,
        approval.approved_by,
        OrderApproved.topic,
        approval.approved_at.isoformat(),
        headers_of(approval.approved_at),
        to_json(approval.approved_by).decode(),
        approval.goes_out_at,
        APPROVAL_BYTES_MAX,
    )
    transaction.wake(outbox.SIGNAL)
    transaction.wake(SIGNAL)
    revisions = {row["order_id"]: row["revision"] for row in rows}
    transaction.after_commit(partial(recent.approve, revisions, approval))
    return set(revisions)


def headers_of(now: datetime) -> str:
    """Write the headers of an approval as `encode` does, with the order's places left open."""
    message = message_of(OrderApproved, "approval", "%2$s", "%1$s", now.isoformat(), b"")
    headers = dict(message.headers) | {"traceparent": "00-%3$s-01"}
    return to_json(list(headers.items())).decode()


async def find_states(
    transaction: Transaction, order_ids: Sequence[str]
) -> dict[str, tuple[Status, str | None]]:
    """Tell where these orders stand, for who was told that they cannot be approved."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, status, approved_by
        FROM review
        WHERE order_id = ANY($1::uuid[])
        """,
        order_ids,
    )
    return {row["order_id"]: (Status(row["status"]), row["approved_by"]) for row in rows}
