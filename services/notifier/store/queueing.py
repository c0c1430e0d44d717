"""The SQL of what the store has to be told."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic

from pydantic import TypeAdapter

from services.notifier.domain.telling import Package
from shared.database import Transaction
from shared.effect import Effect, Leases
from shared.events import ReprintOrdered, Shipped, ShippedItem
from shared.lanes import Lanes

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
        INSERT INTO store_order (order_id, due_at, attempts, leased_until)
        SELECT DISTINCT order_id, now(), ($12::interval IS NOT NULL)::integer, now() + $12
        FROM queued
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET queued = store_order.queued + 1, due_at = coalesce(store_order.due_at, now())
        RETURNING order_id, queued
    )
"""
LEASED = """
    (
        SELECT jsonb_object_agg(order_id, reprint.order_id IS NOT NULL)
        FROM made_due
        LEFT JOIN reprint USING (order_id)
        WHERE made_due.queued = 0
    )
"""
"""Orders with their first package, and whether each is a reprint: who is known waits its turn."""


def queue_packages(
    events: Sequence[Shipped], lanes: Lanes[Package] | None, lease: timedelta
) -> Effect:
    """Queue packages that the store has to be told of; one that is known stays as it is.

    Their orders are looked at now, unless a failure has them wait. Those whose first package it is
    are leased by the same statement if lanes are free, in which no order has two.
    """
    free = lanes if lanes and lanes.are_free_for(len(events)) else None
    read = partial(read_leased, {event.order_id: event for event in events}, monotonic())
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
            lease if free else None,
        ),
        signals=frozenset({SIGNAL}),
        leases=Leases(LEASED, read, len(events), free) if free else None,
    )


def read_leased(
    shipped: Mapping[str, Shipped], taken_at: float, given: Mapping[str, bool] | None
) -> list[Package]:
    """Give the package of each order that was leased, by whether the order is a reprint."""
    return [
        Package(
            order_id=order_id,
            shipment_id=shipped[order_id].shipment_id,
            shop=shipped[order_id].shop,
            storefront_order_id=shipped[order_id].storefront_order_id,
            carrier=shipped[order_id].carrier,
            tracking_number=shipped[order_id].tracking_number,
            tracking_url=shipped[order_id].tracking_url,
            items=shipped[order_id].items,
            attempts=1,
            failures=0,
            queued=0,
            is_reprint=is_reprint,
            taken_at=taken_at,
        )
        for order_id, is_reprint in (given or {}).items()
    ]


async def queue_again(transaction: Transaction, pairs: Sequence[tuple[str, str]]) -> int:
    """Queue known packages, by order and shipment, to be told again; give how many there were.

    One that waits already goes on as before, and a person is told once more that it waits.
    """
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
            SET status = 'waiting', reason = '', waiting_since = now(), delay_said = false
            FROM known
            WHERE package.id = known.id AND known.status <> 'waiting'
            RETURNING package.order_id
        ), said_again AS (
            UPDATE package
            SET delay_said = false
            FROM known
            WHERE package.id = known.id AND known.status = 'waiting'
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
