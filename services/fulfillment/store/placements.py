"""Approved orders on their way to the provider."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.fulfillment.domain.claims import PlacementClaim
from services.fulfillment.domain.placing import KEY_KEPT, Placement, Product
from services.fulfillment.domain.setback import Setback
from shared.database import Transaction
from shared.events import OrderApproved, OrderCancelled
from shared.unexpected import Unreadable, read_each

SIGNAL = "placement"
DUE = "EXISTS (SELECT FROM placement WHERE status = 'waiting' AND due_at <= now())"


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
            due_at = CASE
                WHEN placement.status = 'refused' THEN now() ELSE placement.due_at
            END,
            status = CASE
                WHEN placement.status = 'placed' THEN 'placed'
                WHEN placement.is_unsure THEN 'waiting'
                ELSE 'cancelled'
            END
        """,
        [(order_id,) for order_id in sorted(event.order_id for event in cancelled)],
    )


LEASE = """
    WITH due AS (
        SELECT order_id, is_unsure, taken_at
        FROM placement
        WHERE status = 'waiting' AND due_at <= now()
        ORDER BY due_at
        LIMIT $2
        FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE placement
        SET attempts = attempts + 1, due_at = now() + $1, is_unsure = true, taken_at = now(),
            signed_at = CASE
                WHEN signed_at > now() - $3::interval THEN signed_at ELSE now()
            END
        FROM due
        WHERE placement.order_id = due.order_id
        RETURNING placement.order_id, attempts, failures, unexpected, approval, approved,
            due.is_unsure, is_cancelled, now() - queued_at AS waited,
            now() - due.taken_at AS rested, signed_at
    ), product_named AS (
        SELECT product_id, revision, provider, provider_product_id, variants, print_locations
        FROM product
        WHERE product_id IN (
            SELECT jsonb_array_elements(approved -> 'items') ->> 'product_id' FROM taken
        )
    )
    SELECT order_id, attempts, failures, unexpected, approval, approved::text AS approved,
        is_unsure, is_cancelled, waited, coalesce(rested, interval '0') AS rested, signed_at,
        CASE WHEN row_number() OVER () = 1
            THEN (SELECT jsonb_agg(to_jsonb(product_named)) FROM product_named)
        END AS products
    FROM taken
"""


async def lease_due(
    transaction: Transaction, limit: int, lease: timedelta
) -> tuple[list[Placement | Unreadable[PlacementClaim]], dict[str, Product]]:
    """Take the orders that have waited longest, hide them from others, and find their products.

    To take an order is the intent to send it: from now on it may be at the provider, and whoever
    takes it after this attempt looks it up there first.
    """
    rows = await transaction.fetch(
        LEASE,
        lease,
        limit,
        KEY_KEPT,
    )
    products = [each for row in rows for each in row["products"] or []]
    return (
        read_each(rows, as_placement, as_claim),
        {each["product_id"]: Product(**each) for each in products},
    )


def as_placement(row: asyncpg.Record) -> Placement:
    """Read a row; the products of all are with the first."""
    values = dict(row)
    del values["products"]
    values["approved"] = OrderApproved.model_validate_json(values["approved"])
    return Placement(**values)


def as_claim(row: asyncpg.Record) -> PlacementClaim:
    """Read of a row what is no shopper's word."""
    names = "order_id", "attempts", "failures", "unexpected", "is_cancelled"
    return PlacementClaim(**{name: row[name] for name in names})


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


async def postpone(
    transaction: Transaction,
    placement: PlacementClaim,
    setback: Setback,
    *,
    is_unsure: bool,
) -> bool:
    """Have the order tried again later; False when another attempt has taken it."""
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET due_at = now() + make_interval(secs => $3), reason = $4, is_unsure = $5,
            is_away = $6, failures = failures + 1,
            unexpected = unexpected + $7::boolean::integer
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
        setback.seconds,
        setback.reason,
        is_unsure,
        setback.is_away,
        setback.is_unexpected,
    )


async def mark_refused(
    transaction: Transaction,
    placement: PlacementClaim,
    code: str,
    reason: str,
    *,
    is_unsure: bool = False,
) -> bool:
    """Record that the order is not placed; False when another attempt was quicker.

    Of one that is unsure it is not known whether the provider has it: should it be approved again
    or cancelled, it is looked up there first.
    """
    return await _set(
        transaction,
        placement,
        """
        UPDATE placement
        SET status = 'refused', is_unsure = $5, code = $3, reason = $4, is_away = false
        WHERE order_id = $1 AND attempts = $2 AND status = 'waiting'
        """,
        code,
        reason,
        is_unsure,
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


async def doubt_cancellations(transaction: Transaction, order_ids: Sequence[str]) -> int:
    """Have cancelled orders that were ever taken looked up again; give how many there were."""
    touched = await transaction.execute(
        """
        UPDATE placement
        SET status = 'waiting', is_unsure = true, due_at = now()
        WHERE order_id = ANY($1::text[]) AND status = 'cancelled' AND signed_at IS NOT NULL
        """,
        order_ids,
    )
    if touched:
        transaction.wake(SIGNAL)
    return touched


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
    transaction: Transaction, placement: PlacementClaim, statement: str, *values: object
) -> bool:
    touched = await transaction.execute(statement, placement.order_id, placement.attempts, *values)
    return touched == 1
