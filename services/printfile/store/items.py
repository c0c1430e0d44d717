"""Lines of orders and the making of their print files."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.printfile.domain.jobs import Item
from shared.database import Transaction
from shared.events import LineItem, OrderCancelled, PrintFileRequested, ProductPublished

SIGNAL = "item"


async def queue_items(transaction: Transaction, items: Sequence[Item]) -> None:
    """Queue lines that are new or different; one whose answers are as before stays as it is."""
    await transaction.execute(
        """
        INSERT INTO item (order_id, line_item_id, shop, line, fingerprint)
        SELECT order_id, line_item_id, shop, line, fingerprint
        FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[])
            AS ordered (order_id, line_item_id, shop, line, fingerprint)
        WHERE order_id NOT IN (SELECT order_id FROM cancelled_order)
        ON CONFLICT (order_id, line_item_id) DO UPDATE
        SET line = excluded.line, fingerprint = excluded.fingerprint, status = 'waiting',
            attempts = item.attempts + 1, failures = 0, due_at = now(), queued_at = now(),
            code = '', reason = '', corrects = ''
        WHERE excluded.fingerprint NOT IN (item.fingerprint, item.corrects)
            AND item.status <> 'cancelled'
        """,
        [item.order_id for item in items],
        [item.line.line_item_id for item in items],
        [item.shop for item in items],
        [item.line.model_dump(mode="json") for item in items],
        [item.line.fingerprint for item in items],
    )
    transaction.wake(SIGNAL)


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue lines that a person wants made again, as they are or as the person corrected them."""
    await transaction.execute(
        """
        UPDATE item
        SET status = 'waiting', attempts = attempts + 1, failures = 0,
            due_at = now(), queued_at = now(), code = '', reason = '',
            line = coalesce(asked.line, item.line),
            fingerprint = coalesce(asked.fingerprint, item.fingerprint),
            corrects = CASE WHEN asked.line IS NULL THEN item.corrects ELSE asked.corrects END
        FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[])
            AS asked (order_id, line_item_id, line, fingerprint, corrects)
        WHERE item.order_id = asked.order_id AND item.line_item_id = asked.line_item_id
            AND item.status <> 'cancelled'
        """,
        [request.order_id for request in requests],
        [request.line_item_id for request in requests],
        [request.line and request.line.model_dump(mode="json") for request in requests],
        [request.line and request.line.fingerprint for request in requests],
        [request.corrects for request in requests],
    )
    transaction.wake(SIGNAL)


async def queue_waiting_for(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Queue lines of a product that was unknown until now."""
    await transaction.execute(
        """
        UPDATE item
        SET status = 'waiting', attempts = attempts + 1, due_at = now(), code = '', reason = ''
        FROM unnest($1::text[], $2::text[], $3::text[]) AS sold (shop, variant, sku)
        WHERE item.code = 'unknown_product' AND item.status = 'failed'
            AND item.shop = sold.shop
            AND (item.line ->> 'storefront_variant_id' = sold.variant
                OR item.line ->> 'sku' = sold.sku)
        """,
        [product.shop for product in products for _ in product.variants],
        [each.storefront_variant_id for product in products for each in product.variants],
        [each.sku for product in products for each in product.variants],
    )
    transaction.wake(SIGNAL)


async def cancel_items(transaction: Transaction, orders: Sequence[OrderCancelled]) -> None:
    """Make nothing more for these orders, nor for what is heard of them later."""
    ids = [order.order_id for order in orders]
    await transaction.execute(
        """
        INSERT INTO cancelled_order (order_id)
        SELECT unnest($1::text[])
        ON CONFLICT DO NOTHING
        """,
        ids,
    )
    await transaction.execute(
        """
        UPDATE item
        SET status = 'cancelled', attempts = attempts + 1
        WHERE order_id = ANY($1::text[])
        """,
        ids,
    )


async def lease_due(transaction: Transaction, limit: int, lease: timedelta) -> list[Item]:
    """Take the lines that are due longest, and hide them from others for a while."""
    rows = await transaction.fetch(
        """
        UPDATE item
        SET attempts = attempts + 1, due_at = now() + $1
        WHERE (order_id, line_item_id) IN (
            SELECT order_id, line_item_id
            FROM item
            WHERE status = 'waiting' AND due_at <= now()
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, shop, line, attempts, failures, queued_at
        """,
        lease,
        limit,
    )
    return [as_item(row) for row in rows]


def as_item(row: asyncpg.Record) -> Item:
    """Read a row."""
    values = dict(row)
    values["line"] = LineItem.model_validate(values["line"])
    return Item(**values)


async def renew(transaction: Transaction, item: Item, lease: timedelta) -> bool:
    """Hide the line for longer; False when another attempt has taken it."""
    renewed = await transaction.execute(
        """
        UPDATE item
        SET due_at = now() + $4
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        item.order_id,
        item.line.line_item_id,
        item.attempts,
        lease,
    )
    return renewed > 0


async def mark_ready(transaction: Transaction, made: Sequence[Item]) -> set[tuple[str, str]]:
    """Record that the files of these lines are made; give the lines by order and line item.

    One that has changed or was taken meanwhile is left out.
    """
    rows = await transaction.fetch(
        """
        UPDATE item
        SET status = 'ready', code = '', reason = ''
        FROM unnest($1::text[], $2::text[], $3::integer[])
            AS made (order_id, line_item_id, attempts)
        WHERE item.order_id = made.order_id AND item.line_item_id = made.line_item_id
            AND item.attempts = made.attempts AND item.status = 'waiting'
        RETURNING item.order_id, item.line_item_id
        """,
        [item.order_id for item in made],
        [item.line.line_item_id for item in made],
        [item.attempts for item in made],
    )
    return {(row["order_id"], row["line_item_id"]) for row in rows}


async def mark_failed(transaction: Transaction, item: Item, code: str, reason: str) -> bool:
    """Record why the files cannot be made; False when the line has changed or was taken."""
    ended = await transaction.execute(
        """
        UPDATE item
        SET status = 'failed', code = $4, reason = $5
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        item.order_id,
        item.line.line_item_id,
        item.attempts,
        code,
        reason,
    )
    return ended > 0


async def postpone(transaction: Transaction, item: Item, reason: str, seconds: float) -> bool:
    """Have the line tried again later; False as above."""
    postponed = await transaction.execute(
        """
        UPDATE item
        SET due_at = now() + make_interval(secs => $4), reason = $5, failures = failures + 1
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        item.order_id,
        item.line.line_item_id,
        item.attempts,
        seconds,
        reason,
    )
    return postponed > 0
