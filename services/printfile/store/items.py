"""Lines of orders: what each is, and whether its print files are to be made."""

from collections.abc import Sequence

from services.printfile.store.deleting import ENDED
from shared.database import Transaction
from shared.effect import Effect
from shared.events import OrderCancelled, PrintFileRequested, ProductPublished

SIGNAL = "item"
DUE = "EXISTS (SELECT FROM item WHERE status = 'waiting' AND due_at <= now())"


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue lines that a person wants made again, as they are or as the person corrected them.

    They keep their template's version, unless the person wants the newest one.
    """
    await transaction.execute(
        """
        UPDATE item
        SET status = 'waiting', attempts = item.attempts + 1, failures = 0, unexpected = 0,
            due_at = now(), turn_at = now(), queued_at = now(), code = '', reason = '',
            line = coalesce(asked.line, item.line),
            fingerprint = coalesce(asked.fingerprint, item.fingerprint),
            corrects = CASE WHEN asked.line IS NULL THEN item.corrects ELSE asked.corrects END,
            template_version = coalesce(
                (
                    SELECT product.template_version
                    FROM product
                    WHERE product.product_id = item.product_id AND asked.template = 'newest'
                ),
                item.template_version
            )
        FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[], $6::text[])
            AS asked (order_id, line_item_id, line, fingerprint, corrects, template)
        WHERE item.order_id = asked.order_id AND item.line_item_id = asked.line_item_id
            AND item.status <> 'cancelled'
        """,
        [request.order_id for request in requests],
        [request.line_item_id for request in requests],
        [request.line and request.line.model_dump(mode="json") for request in requests],
        [request.line and request.line.fingerprint for request in requests],
        [request.corrects for request in requests],
        [request.template for request in requests],
    )
    transaction.wake(SIGNAL)


async def pin_waiting(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Pin and queue the lines that were no known product until now."""
    await transaction.execute(
        """
        UPDATE item
        SET product_id = sold.product_id, variant_id = sold.variant_id,
            template_version = sold.template_version, status = 'waiting',
            attempts = item.attempts + 1, due_at = now(), turn_at = now(),
            code = '', reason = ''
        FROM item AS unpinned
        CROSS JOIN LATERAL sold_as(
            unpinned.shop, unpinned.line ->> 'storefront_variant_id', unpinned.line ->> 'sku'
        ) AS sold
        WHERE unpinned.product_id IS NULL AND unpinned.shop = ANY($1::text[])
            AND (unpinned.line ->> 'storefront_variant_id' = ANY($2::text[])
                OR unpinned.line ->> 'sku' = ANY($3::text[]))
            AND item.order_id = unpinned.order_id
            AND item.line_item_id = unpinned.line_item_id
            AND item.product_id IS NULL AND item.status IN ('waiting', 'failed')
        """,
        list({product.shop for product in products}),
        [each.storefront_variant_id for product in products for each in product.variants],
        [each.sku for product in products for each in product.variants],
    )
    transaction.wake(SIGNAL)


def cancel_items(orders: Sequence[OrderCancelled]) -> Effect:
    """Make nothing more for these orders, nor for what is heard of them later: they are over."""
    return Effect(
        f"""
        over AS (
            SELECT order_id, ended_at
            FROM unnest($3::uuid[], $4::text[], $5::timestamptz[])
                AS cancelled (event_id, order_id, ended_at)
            JOIN claimed USING (event_id)
        ), noted AS (
            INSERT INTO cancelled_order (order_id)
            SELECT order_id FROM over
            ON CONFLICT DO NOTHING
        ), cancelled AS (
            UPDATE item
            SET status = 'cancelled', attempts = attempts + 1
            FROM over
            WHERE item.order_id = over.order_id
        ), {ENDED}
        """,  # noqa: S608 - values are parameters
        (
            [order.event_id for order in orders],
            [order.order_id for order in orders],
            [order.cancelled_at for order in orders],
        ),
    )
