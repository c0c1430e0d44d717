"""The SQL of what the store has to be told."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from shared.database import Transaction
from shared.effect import Effect
from shared.events import ReprintOrdered, Shipped, ShippedItem

SIGNAL = "package"
ITEMS = TypeAdapter(tuple[ShippedItem, ...])


QUEUE = """
    queued AS (
        INSERT INTO package
            (order_id, shipment_id, shop, storefront_order_id, carrier, tracking_number,
             tracking_url, items)
        SELECT order_id, shipment_id, shop, storefront_order_id, carrier, tracking_number,
            tracking_url, items::jsonb
        FROM unnest(
            $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[]
        ) AS said (
            event_id, order_id, shipment_id, shop, storefront_order_id, carrier,
            tracking_number, tracking_url, items
        )
        JOIN claimed USING (event_id)
        ORDER BY order_id, shipment_id
        ON CONFLICT ON CONSTRAINT package_is_known_once DO NOTHING
        RETURNING order_id
    ), made_due AS (
        INSERT INTO store_order (order_id, due_at)
        SELECT DISTINCT order_id, now()
        FROM queued
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET queued = store_order.queued + 1, due_at = coalesce(store_order.due_at, now())
    )
"""


def queueing(events: Sequence[Shipped]) -> Effect:
    """Queue packages that the store has to be told of; one that is known stays as it is.

    Their orders are looked at now, unless a failure has them wait.
    """
    return Effect(
        QUEUE,
        (
            [event.event_id for event in events],
            [event.order_id for event in events],
            [event.shipment_id for event in events],
            [event.shop for event in events],
            [event.storefront_order_id for event in events],
            [event.carrier for event in events],
            [event.tracking_number for event in events],
            [event.tracking_url for event in events],
            [ITEMS.dump_json(event.items).decode() for event in events],
        ),
        signals=frozenset({SIGNAL}),
    )


async def queue_again(transaction: Transaction, pairs: Sequence[tuple[str, str]]) -> int:
    """Queue known packages, by order and shipment, to be told again; give how many there were."""
    order_ids, shipment_ids = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    await lock_orders(transaction, order_ids)
    known: int = await transaction.fetchval(
        """
        WITH known AS (
            SELECT package.id, package.status
            FROM package
            JOIN unnest($1::text[], $2::text[]) AS wanted (order_id, shipment_id)
                USING (order_id, shipment_id)
        ), queued AS (
            UPDATE package
            SET status = 'waiting', reason = ''
            FROM known
            WHERE package.id = known.id AND known.status <> 'waiting'
            RETURNING package.order_id
        ), made_due AS (
            UPDATE store_order
            SET queued = queued + 1, due_at = coalesce(due_at, now())
            WHERE order_id IN (SELECT order_id FROM queued)
        )
        SELECT count(*) FROM known
        """,
        order_ids,
        shipment_ids,
    )
    transaction.wake(SIGNAL)
    return known


async def keep_reprints(transaction: Transaction, events: Sequence[ReprintOrdered]) -> None:
    """Keep which orders are reprints: the store has fulfilled the first of them already."""
    await transaction.executemany(
        """
        INSERT INTO reprint (order_id, reprint_of)
        VALUES ($1, $2)
        ON CONFLICT (order_id) DO NOTHING
        """,
        [(event.order_id, event.reprint_of) for event in events],
    )


async def lock_orders(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Lock orders, new ones too, before their packages: workers lock in the same order.

    In a statement of its own: one that has to wait for the lock goes on with what it saw before,
    and would not see a package that was queued meanwhile.
    """
    await transaction.execute(
        """
        INSERT INTO store_order (order_id) SELECT unnest($1::text[])
        ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
        """,
        sorted(set(order_ids)),
    )
