"""Lines of orders: what each is, and whether its print files are to be made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from services.printfile.domain.jobs import Item, Pin
from services.printfile.store.deleting import ENDED
from shared.database import Transaction
from shared.effect import Effect, Leases
from shared.events import OrderCancelled, PrintFileRequested, ProductPublished
from shared.lanes import Lanes

SIGNAL = "item"
DUE = "EXISTS (SELECT FROM item WHERE status = 'waiting' AND due_at <= now())"
PACE_SECONDS = 0.05
"""How far apart the turns of one order's lines are: about the time that drawing one takes."""


QUEUE = """
    queued AS (
        INSERT INTO item (order_id, line_item_id, shop, line, fingerprint, turn_at, attempts,
            due_at, product_id, variant_id, template_version)
        SELECT order_id, line_item_id, ordered.shop, line, fingerprint,
            now() + make_interval(secs => place * $10::float), ($11::interval IS NOT NULL)::integer,
            now() + coalesce($11, interval '0'), sold.*
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
            $9::integer[])
            AS ordered (event_id, order_id, line_item_id, shop, line, fingerprint, place)
        JOIN claimed USING (event_id)
        LEFT JOIN LATERAL sold_as(
            ordered.shop, line ->> 'storefront_variant_id', line ->> 'sku'
        ) AS sold ON true
        WHERE NOT EXISTS (
            SELECT FROM cancelled_order WHERE cancelled_order.order_id = ordered.order_id
        )
        ON CONFLICT (order_id, line_item_id) DO UPDATE
        SET line = excluded.line, fingerprint = excluded.fingerprint, status = 'waiting',
            attempts = item.attempts + 1, failures = 0, due_at = now(), queued_at = now(),
            turn_at = excluded.turn_at, code = '', reason = '', corrects = '',
            product_id = excluded.product_id, variant_id = excluded.variant_id,
            template_version = CASE
                WHEN excluded.product_id = item.product_id THEN item.template_version
                ELSE excluded.template_version
            END
        WHERE excluded.fingerprint NOT IN (item.fingerprint, item.corrects)
            AND item.status <> 'cancelled'
        RETURNING order_id, line_item_id, due_at, product_id, variant_id, template_version
    )
"""
LEASED = """
    (
        SELECT jsonb_agg(
            jsonb_build_array(
                order_id, line_item_id, queued.product_id, variant_id, queued.template_version,
                coalesce(is_personalized, false)
            )
        )
        FROM queued
        LEFT JOIN product USING (product_id)
        WHERE due_at > now()
    )
"""


def queue_items(
    ordered: Sequence[tuple[str, Item]], lanes: Lanes[Item] | None, lease: timedelta
) -> Effect:
    """Queue lines that are new or different; one whose answers are as before stays as it is.

    Each line comes with the id of the event that told of it. A new line is pinned to its product's
    template as it is now, and leased if lanes are free. A different one stays with that version,
    unless it has become another product.
    """
    items = [item for _, item in ordered]
    free = lanes if lanes and lanes.are_free_for(len(items)) else None
    read = partial(read_leased, items)
    return Effect(
        QUEUE,
        (
            [event_id for event_id, _ in ordered],
            [item.order_id for item in items],
            [item.line.line_item_id for item in items],
            [item.shop for item in items],
            [item.line.model_dump(mode="json") for item in items],
            [item.line.fingerprint for item in items],
            [item.place for item in items],
            PACE_SECONDS,
            lease if free else None,
        ),
        signals=frozenset({SIGNAL}),
        leases=Leases(LEASED, read, len(items), free) if free else None,
    )


def read_leased(items: Sequence[Item], given: Sequence[Sequence[Any]] | None) -> list[Item]:
    """Give the lines that were leased, as what they are sold as."""
    said = {(item.order_id, item.line.line_item_id): item for item in items}
    return [
        replace(
            said[order_id, line_item_id],
            attempts=1,
            pin=None if pinned[0] is None else Pin(*pinned),
            is_personalized=is_personalized,
        )
        for order_id, line_item_id, *pinned, is_personalized in given or ()
    ]


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue lines that a person wants made again, as they are or as the person corrected them.

    They keep their template's version, unless the person wants the newest one.
    """
    await transaction.execute(
        """
        UPDATE item
        SET status = 'waiting', attempts = item.attempts + 1, failures = 0,
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
