"""What printfile does when it hears an event."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.printfile.domain.jobs import Item, items_of
from services.printfile.domain.making import Done
from services.printfile.store import deleting, items, products, queueing
from shared.database import Transaction
from shared.effect import Effect
from shared.events import (
    FulfillmentCancelled,
    OrderCancelled,
    OrderReceived,
    PrintFileRequested,
    ProductPublished,
    Shipped,
)
from shared.lanes import Lanes


def queue_items(
    orders: Sequence[OrderReceived],
    lanes: Lanes[Item] | None,
    *,
    recall: Callable[[Item], Done | None],
    lease: timedelta,
) -> Effect:
    """Queue every line that is printed; one whose answers are as before stays as it is.

    A new one whose files are remembered is ready at once, where that can be one statement.
    """
    ordered = [(order.event_id, item) for order in orders for item in items_of(order)]
    recalled = [(item, done) for _, item in ordered if lanes and (done := recall(item))]
    return queueing.queue_items(ordered, lanes, lease, recalled)


async def queue_again(transaction: Transaction, requests: Sequence[PrintFileRequested]) -> None:
    """Queue the lines that a person wants made again."""
    await items.queue_again(transaction, requests)


def cancel_items(orders: Sequence[OrderCancelled]) -> Effect:
    """Make nothing more for orders that were cancelled."""
    return items.cancel_items(orders)


def end_orders(ends: Sequence[Shipped | FulfillmentCancelled]) -> Effect:
    """Note when an order's last package left, or when the factory gave it up."""
    return deleting.end_orders([(end.event_id, end.order_id, end.occurred_at) for end in ends])


async def keep_products(transaction: Transaction, found: Sequence[ProductPublished]) -> None:
    """Keep the products, and take up the lines that waited for them."""
    await products.lock_publishing(transaction)
    await products.keep_products(transaction, found)
    await items.pin_waiting(transaction, found)
