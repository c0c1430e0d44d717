"""What printfile does when it hears an event."""

from collections.abc import Sequence

from services.printfile.domain.jobs import items_of
from services.printfile.store import items, products
from shared.database import Transaction
from shared.events import OrderCancelled, OrderReceived, PrintFileRequested, ProductPublished


async def queue_items(transaction: Transaction, orders: Sequence[OrderReceived]) -> None:
    """Queue every line that is printed; one whose answers are as before stays as it is."""
    await items.queue_items(transaction, [item for order in orders for item in items_of(order)])


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue the lines that a person wants made again."""
    await items.queue_again(transaction, requests)


async def cancel_items(transaction: Transaction, orders: Sequence[OrderCancelled]) -> None:
    """Make nothing more for orders that were cancelled."""
    await items.cancel_items(transaction, orders)


async def keep_products(transaction: Transaction, found: Sequence[ProductPublished]) -> None:
    """Keep the products, and take up the lines that waited for them."""
    await products.keep_products(transaction, found)
    await items.pin_waiting(transaction, found)
