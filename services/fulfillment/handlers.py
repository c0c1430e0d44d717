"""What fulfillment does when it hears an event."""

from collections.abc import Sequence

from services.fulfillment.domain.placing import Product
from services.fulfillment.store import placements, products, provider_orders
from shared.database import Transaction
from shared.events import OrderApproved, OrderCancelled, ProductPublished


async def queue_placements(transaction: Transaction, events: Sequence[OrderApproved]) -> None:
    """Queue approved orders; a new approval of a refused order is a new attempt."""
    await placements.queue_placements(transaction, events)


async def cancel_orders(transaction: Transaction, events: Sequence[OrderCancelled]) -> None:
    """Never place what is not placed; have the provider asked to cancel what is."""
    await placements.cancel_placements(transaction, events)
    await provider_orders.request_cancellations(transaction, events)


async def keep_products(transaction: Transaction, events: Sequence[ProductPublished]) -> None:
    """Keep what the provider calls each product, and try the orders that may wait for it."""
    await products.keep_products(transaction, [Product.published_by(event) for event in events])
    transaction.wake(placements.SIGNAL)
