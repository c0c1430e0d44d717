"""The SQL of telling: an order is leased, and its packages are told one after another."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.notifier.domain.telling import Claim, Package
from services.notifier.store.queueing import SIGNAL, lock_orders
from shared import outbox
from shared.cloudevents import Message
from shared.database import Transaction
from shared.events import ShippedItem
from shared.unexpected import Unreadable, read_each

DUE = """
    EXISTS (
        SELECT FROM store_order
        WHERE due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
    )
"""


async def lease_due(
    transaction: Transaction, limit: int, lease: timedelta
) -> list[Package | Unreadable[Claim]]:
    """Take the oldest waiting package of each of the orders that have been due longest.

    The orders are hidden from others for a while, so that packages of one are told one by one.
    """
    rows = await transaction.fetch(
        """
        WITH leased AS (
            UPDATE store_order
            SET attempts = attempts + 1, leased_until = now() + $1
            WHERE order_id IN (
                SELECT order_id
                FROM store_order
                WHERE due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
                ORDER BY due_at
                LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            RETURNING order_id, attempts, failures, unexpected, queued
        )
        SELECT DISTINCT ON (leased.order_id)
            leased.order_id, package.shipment_id, package.shop, package.storefront_order_id,
            package.carrier, package.tracking_number, package.tracking_url, package.items,
            leased.attempts, leased.failures, leased.unexpected, leased.queued,
            package.tracking_version, package.former_numbers,
            reprint.order_id IS NOT NULL AS is_reprint
        FROM leased
        JOIN package USING (order_id)
        LEFT JOIN reprint USING (order_id)
        WHERE package.status = 'waiting'
        ORDER BY leased.order_id, package.id
        """,
        lease,
        limit,
    )
    return read_each(rows, as_package, as_claim)


def as_package(row: asyncpg.Record) -> Package:
    """Read a row."""
    items = tuple(ShippedItem.model_validate(item) for item in row["items"])
    return Package(**dict(row) | {"items": items})


def as_claim(row: asyncpg.Record) -> Claim:
    """Read of a row by what it is told from others."""
    names = "order_id", "shipment_id", "attempts", "failures", "unexpected", "tracking_version"
    return Claim(**{name: row[name] for name in names})


async def renew(transaction: Transaction, package: Package, lease: timedelta) -> bool:
    """Hide the order for longer; False when another attempt has taken it."""
    touched = await transaction.execute(
        """
        UPDATE store_order
        SET leased_until = now() + $3
        WHERE order_id = $1 AND attempts = $2
        """,
        package.order_id,
        package.attempts,
        lease,
    )
    return touched == 1


async def postpone(
    transaction: Transaction,
    package: Claim,
    reason: str,
    *,
    seconds: float,
    is_unexpected: bool = False,
) -> None:
    """Have the order wait; changes nothing when another attempt has taken it."""
    touched = await transaction.execute(
        """
        UPDATE store_order
        SET leased_until = NULL, failures = failures + 1,
            unexpected = unexpected + $4::boolean::integer,
            due_at = now() + make_interval(secs => $3)
        WHERE order_id = $1 AND attempts = $2
        """,
        package.order_id,
        package.attempts,
        seconds,
        is_unexpected,
    )
    if touched:
        await _set_status(transaction, package, "waiting", reason)


TELL = f"""
    WITH told AS (
        SELECT *
        FROM unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[])
            AS told (order_id, attempts, queued, shipment_id, fulfillment_id)
    ), released AS (
        UPDATE store_order
        SET leased_until = NULL, failures = 0, unexpected = 0,
            due_at = CASE WHEN store_order.queued <> told.queued OR EXISTS (
                SELECT 1 FROM package
                WHERE package.order_id = told.order_id AND package.status = 'waiting'
                    AND package.shipment_id <> told.shipment_id
            ) THEN now() END
        FROM told
        WHERE store_order.order_id = told.order_id AND store_order.attempts = told.attempts
        RETURNING told.order_id, told.shipment_id, told.fulfillment_id, due_at
    ), known AS (
        UPDATE package
        SET status = 'told', reason = '', storefront_fulfillment_id = released.fulfillment_id
        FROM released
        WHERE package.order_id = released.order_id
            AND package.shipment_id = released.shipment_id AND package.status = 'waiting'
        RETURNING package.order_id
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($6::text[], $7::text[], $8::json[], $9::bytea[])
            WITH ORDINALITY AS said (topic, key, headers, value, place)
        JOIN known ON known.order_id = said.key
        ORDER BY place
        RETURNING id
    )
    SELECT due_at, {outbox.asked(10)}
    FROM released
"""  # noqa: S608 - values are parameters


async def mark_told(
    transaction: Transaction, told: Sequence[tuple[Package, str]], said: Sequence[Message]
) -> None:
    """Record that the store knows of packages, each by a fulfillment, and promise what is said.

    All by one statement, which may be a transaction of its own. Of a package that another attempt
    was quicker with nothing is said. An order is due again at once when another of its packages
    waits, also one that this statement cannot see because it was queued when it had begun. Nobody
    acts on what is said, so it wakes the relay later.
    """
    known = transaction.database.handing.known(said)
    rows = await transaction.fetch(
        TELL,
        [package.order_id for package, _ in told],
        [package.attempts for package, _ in told],
        [package.queued for package, _ in told],
        [package.shipment_id for package, _ in told],
        [fulfillment_id for _, fulfillment_id in told],
        *outbox.columns(said),
        known,
    )
    outbox.hand_over(transaction, said, rows[0] if rows else None, at_leisure=True)
    if any(row["due_at"] for row in rows):
        transaction.wake(SIGNAL)


async def mark_refused(transaction: Transaction, package: Claim, reason: str) -> bool:
    """Record that the store will not take the package; False when another attempt was quicker.

    The order is released, due again at once when another of its packages waits.
    """
    await lock_orders(transaction, [package.order_id])
    released = await transaction.execute(
        """
        UPDATE store_order
        SET leased_until = NULL, failures = 0, unexpected = 0,
            due_at = CASE WHEN EXISTS (
                SELECT 1 FROM package
                WHERE order_id = $1 AND status = 'waiting' AND shipment_id <> $3
            ) THEN now() END
        WHERE order_id = $1 AND attempts = $2
        """,
        package.order_id,
        package.attempts,
        package.shipment_id,
    )
    if not released:
        return False
    transaction.wake(SIGNAL)
    return await _set_status(transaction, package, "refused", reason)


async def _set_status(transaction: Transaction, package: Claim, status: str, reason: str) -> bool:
    touched = await transaction.execute(
        """
        UPDATE package
        SET status = $3, reason = $4
        WHERE order_id = $1 AND shipment_id = $2 AND status = 'waiting'
        """,
        package.order_id,
        package.shipment_id,
        status,
        reason,
    )
    return touched == 1
