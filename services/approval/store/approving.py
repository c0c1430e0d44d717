"""The SQL of approving: one statement, however many orders."""

from collections.abc import Sequence
from datetime import datetime

from services.approval.domain import Status
from shared import outbox
from shared.database import Transaction
from shared.events import OrderApproved
from shared.events.event import new_event_id


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


async def lock_waiting(transaction: Transaction, words: str | None) -> list[str]:
    """Give every order that waits for an approval and that the search finds, locked."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id
        FROM review
        WHERE status = 'needs_approval'
            AND (
                $1::tsquery IS NULL
                OR EXISTS (
                    SELECT 1
                    FROM review_facts
                    WHERE review_facts.order_id = review.order_id AND words @@ $1
                )
            )
        ORDER BY order_id
        FOR UPDATE
        """,
        words,
    )
    return [row["order_id"] for row in rows]


async def approve(
    transaction: Transaction,
    order_ids: Sequence[str],
    seen_hashes: Sequence[str | None],
    who: str,
    now: datetime,
) -> set[str]:
    """Approve those that wait and are still as they were seen; give the ids of those.

    Lock them before, in a statement of its own: then this one reads the newest snapshots. A hash
    of None means that the caller takes the order as it is. What is said was prepared when the
    order became ready, so that nothing has to be worked out here.
    """
    rows = await transaction.fetch(
        """
        WITH wanted AS (
            SELECT order_id, event_id
            FROM unnest($1::uuid[], $2::text[], $3::uuid[])
                AS asked (order_id, seen_hash, event_id)
            JOIN review USING (order_id)
            WHERE status = 'needs_approval'
                AND (seen_hash IS NULL OR seen_hash = snapshot_hash)
        ), approved AS (
            UPDATE review
            SET status = 'approved', approved_at = $4, approved_by = $5, revision = revision + 1
            FROM wanted
            WHERE review.order_id = wanted.order_id
            RETURNING review.order_id, wanted.event_id, review.snapshot_hash
        ), recorded AS (
            INSERT INTO approval (order_id, event_id, approved_at, approved_by, snapshot_hash)
            SELECT order_id, event_id, $4, $5, snapshot_hash
            FROM approved
        ), said AS (
            INSERT INTO outbox (topic, key, headers, value)
            SELECT
                $6,
                order_id::text,
                json_build_array(
                    json_build_array('ce_specversion', '1.0'),
                    json_build_array('ce_id', event_id),
                    json_build_array('ce_source', '/platen/approval'),
                    json_build_array('ce_type', 'OrderApproved'),
                    json_build_array('ce_subject', order_id),
                    json_build_array('ce_time', $7::text),
                    json_build_array('ce_dataschema', '/platen/schemas/OrderApproved.json'),
                    json_build_array('content-type', 'application/json'),
                    json_build_array(
                        'traceparent',
                        '00-' || replace(order_id::text, '-', '') || '-'
                            || right(replace(event_id::text, '-', ''), 16) || '-01'
                    )
                ),
                convert_to(
                    (
                        snapshot || jsonb_build_object(
                            'event_id', event_id, 'occurred_at', $7::text, 'approved_by', $5::text
                        )
                    )::text,
                    'UTF8'
                )
            FROM approved
            JOIN review_facts USING (order_id)
        )
        SELECT order_id::text AS order_id
        FROM approved
        """,
        order_ids,
        seen_hashes,
        [new_event_id() for _ in order_ids],
        now,
        who,
        OrderApproved.topic,
        now.isoformat(),
    )
    transaction.wake(outbox.SIGNAL)
    return {row["order_id"] for row in rows}


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
