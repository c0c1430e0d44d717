"""Approved orders on their way to the provider."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.fulfillment.domain.placing import Intent, Placement
from shared.database import Transaction
from shared.events import OrderApproved, OrderCancelled

SIGNAL = "placement"


async def queue_placements(transaction: Transaction, approved: Sequence[OrderApproved]) -> None:
    """Queue orders to be placed.

    One that was refused is queued anew, as another approval; any other one stays as it is.
    """
    await transaction.execute(
        """
        INSERT INTO placement (order_id, status, approved)
        SELECT order_id, 'waiting', approved
        FROM unnest($1::text[], $2::jsonb[]) AS said (order_id, approved)
        ON CONFLICT (order_id) DO UPDATE
        SET status = 'waiting', approved = excluded.approved, approval = placement.approval + 1,
            failures = 0, due_at = now(), queued_at = now(), is_unsure = false,
            idempotency_key = NULL, body_hash = NULL, signed_at = NULL, code = '', reason = ''
        WHERE placement.status = 'refused'
        """,
        [event.order_id for event in approved],
        [event.model_dump(mode="json") for event in approved],
    )
    transaction.wake(SIGNAL)


async def cancel_placements(transaction: Transaction, cancelled: Sequence[OrderCancelled]) -> None:
    """Keep orders from being placed.

    One that may be at the provider already is looked up there first; one not heard of is
    remembered, so that an approval that comes late does not place it.
    """
    await transaction.executemany(
        """
        INSERT INTO placement (order_id, status, is_cancelled)
        VALUES ($1, 'cancelled', true)
        ON CONFLICT (order_id) DO UPDATE
        SET is_cancelled = true,
            status = CASE
                WHEN placement.status = 'placed' THEN 'placed'
                WHEN placement.status = 'waiting' AND placement.is_unsure THEN 'waiting'
                ELSE 'cancelled'
            END
        """,
        [(event.order_id,) for event in cancelled],
    )


async def lease_due(transaction: Transaction, limit: int, lease: timedelta) -> list[Placement]:
    """Take the orders that have waited longest, and hide them from others for a while."""
    rows = await transaction.fetch(
        """
        UPDATE placement
        SET attempts = attempts + 1, due_at = now() + $1
        WHERE order_id IN (
            SELECT order_id
            FROM placement
            WHERE status = 'waiting' AND due_at <= now()
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, attempts, failures, approval, approved, is_unsure, is_cancelled,
            now() - queued_at AS waited, idempotency_key, body_hash, signed_at
        """,
        lease,
        limit,
    )
    return [as_placement(row) for row in rows]


def as_placement(row: asyncpg.Record) -> Placement:
    """Read a row; the intent is there once the order has been about to be sent."""
    values = dict(row)
    intent = Intent(*(values.pop(name) for name in ("idempotency_key", "body_hash", "signed_at")))
    values["approved"] = OrderApproved.model_validate(values["approved"])
    return Placement(**values, intent=intent if intent.idempotency_key else None)


async def renew(transaction: Transaction, placement: Placement, lease: timedelta) -> bool:
    """Hide the order for longer; False when another attempt has taken it."""
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET due_at = now() + $3
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
        lease,
    )


async def keep_intents(
    transaction: Transaction, intents: Sequence[tuple[Placement, Intent]]
) -> None:
    """Record what is about to be sent: from now on the orders may be at the provider."""
    await transaction.execute(
        """
        UPDATE placement
        SET is_unsure = true, idempotency_key = intent.idempotency_key,
            body_hash = intent.body_hash, signed_at = intent.signed_at
        FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::timestamptz[])
            AS intent (order_id, attempts, idempotency_key, body_hash, signed_at)
        WHERE placement.order_id = intent.order_id AND placement.attempts = intent.attempts
            AND status = 'waiting'
        """,
        [placement.order_id for placement, _ in intents],
        [placement.attempts for placement, _ in intents],
        [intent.idempotency_key for _, intent in intents],
        [intent.body_hash for _, intent in intents],
        [intent.signed_at for _, intent in intents],
    )


async def postpone(
    transaction: Transaction,
    placement: Placement,
    reason: str,
    *,
    seconds: float,
    is_unsure: bool,
) -> bool:
    """Have the order tried again later; False when another attempt has taken it."""
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET due_at = now() + make_interval(secs => $3), reason = $4, is_unsure = $5,
            failures = failures + 1
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
        seconds,
        reason,
        is_unsure,
    )


async def mark_placed(transaction: Transaction, placed: Sequence[Placement]) -> dict[str, bool]:
    """Record that the provider has the orders; give whether each is cancelled in the store.

    One that another attempt was quicker with is left out.
    """
    rows = await transaction.fetch(
        """
        UPDATE placement
        SET status = 'placed', is_unsure = false, code = '', reason = ''
        FROM unnest($1::text[], $2::integer[]) AS taken (order_id, attempts)
        WHERE placement.order_id = taken.order_id AND placement.attempts = taken.attempts
            AND status = 'waiting'
        RETURNING placement.order_id, is_cancelled
        """,
        [placement.order_id for placement in placed],
        [placement.attempts for placement in placed],
    )
    return {row["order_id"]: row["is_cancelled"] for row in rows}


async def mark_refused(
    transaction: Transaction, placement: Placement, code: str, reason: str
) -> bool:
    """Record that the provider will not take the order; False when another attempt was quicker."""
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET status = 'refused', is_unsure = false, code = $3, reason = $4
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
        code,
        reason,
    )


async def mark_cancelled(transaction: Transaction, placement: Placement) -> bool:
    """Record that the order was never placed and never will be; False when another was quicker."""
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET status = 'cancelled', is_unsure = false
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
    )


async def find_placement(transaction: Transaction, order_id: str) -> asyncpg.Record | None:
    """Give what there is to tell about an order, the provider's part included."""
    return await transaction.fetchrow(
        """
        SELECT placement.order_id, placement.status, placement.approval, placement.attempts,
            placement.failures, placement.due_at, placement.is_unsure, placement.is_cancelled,
            placement.code, placement.reason, provider_order.provider_order_id,
            provider_order.stage, provider_order.status AS provider_status,
            provider_order.fulfillment_status, provider_order.billing_status,
            provider_order.billed,
            provider_order.total, provider_order.is_over, provider_order.cancel_answer,
            provider_order.reason AS following_reason
        FROM placement
        LEFT JOIN provider_order USING (order_id)
        WHERE placement.order_id = $1
        """,
        order_id,
    )


async def _set(
    transaction: Transaction, placement: Placement, statement: str, *values: object
) -> bool:
    touched = await transaction.execute(statement, placement.order_id, placement.attempts, *values)
    return touched == 1
