"""The SQL of what the store has to be told."""

from collections.abc import Sequence

from services.notifier.domain.telling import package_row
from shared.database import Transaction
from shared.events import ReprintOrdered, Shipped

SIGNAL = "package"


async def queue_packages(transaction: Transaction, events: Sequence[Shipped]) -> None:
    """Queue packages that the store has to be told of; one that is known stays as it is."""
    order_ids = [event.order_id for event in events]
    await lock_orders(transaction, order_ids)
    await transaction.executemany(
        """
        INSERT INTO package
            (order_id, shipment_id, shop, storefront_order_id, carrier, tracking_number,
             tracking_url, items)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT ON CONSTRAINT package_is_known_once DO NOTHING
        """,
        [package_row(event) for event in events],
    )
    await make_due(transaction, order_ids)


async def queue_again(transaction: Transaction, pairs: Sequence[tuple[str, str]]) -> int:
    """Queue known packages, by order and shipment, to be told again; give how many there were."""
    order_ids, shipment_ids = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    await lock_orders(transaction, order_ids)
    touched = await transaction.execute(
        """
        UPDATE package
        SET status = 'waiting', reason = ''
        FROM unnest($1::text[], $2::text[]) AS wanted (order_id, shipment_id)
        WHERE package.order_id = wanted.order_id AND package.shipment_id = wanted.shipment_id
        """,
        order_ids,
        shipment_ids,
    )
    await make_due(transaction, order_ids)
    return touched


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


async def make_due(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Have orders with a waiting package looked at now, unless a failure has them wait."""
    await transaction.execute(
        """
        UPDATE store_order
        SET due_at = COALESCE(due_at, now())
        WHERE order_id = ANY($1::text[]) AND EXISTS (
            SELECT 1 FROM package
            WHERE package.order_id = store_order.order_id AND package.status = 'waiting'
        )
        """,
        order_ids,
    )
    transaction.wake(SIGNAL)
