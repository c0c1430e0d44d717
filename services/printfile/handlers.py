"""What printfile does when it hears an event."""

from collections.abc import Sequence

from services.printfile.domain.jobs import items_of
from services.printfile.store import deleting, items, products
from shared.database import Transaction
from shared.events import (
    FulfillmentCancelled,
    OrderCancelled,
    OrderReceived,
    PrintFileRequested,
    ProductPublished,
    Shipped,
)


async def queue_items(transaction: Transaction, orders: Sequence[OrderReceived]) -> None:
    """Queue every line that is printed; one whose answers are as before stays as it is."""
    await items.queue_items(transaction, [item for order in orders for item in items_of(order)])


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue the lines that a person wants made again."""
    await items.queue_again(transaction, requests)


async def cancel_items(transaction: Transaction, orders: Sequence[OrderCancelled]) -> None:
    """Make nothing more for orders that were cancelled."""
    await items.cancel_items(transaction, orders)
    ended = [(order.order_id, order.cancelled_at) for order in orders]
    await deleting.end_orders(transaction, ended)


async def end_orders(
    transaction: Transaction, ends: Sequence[Shipped | FulfillmentCancelled]
) -> None:
    """Note when an order's last package left, or when the factory gave it up."""
    await deleting.end_orders(transaction, [(end.order_id, end.occurred_at) for end in ends])


async def keep_products(transaction: Transaction, found: Sequence[ProductPublished]) -> None:
    """Keep the products, and take up the lines that waited for them."""
    await products.keep_products(transaction, found)
    await items.pin_waiting(transaction, found)
