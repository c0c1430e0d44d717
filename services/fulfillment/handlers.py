"""What fulfillment does when it hears an event."""

from collections.abc import Sequence

from services.fulfillment.domain.placing import Product
from services.fulfillment.domain.quoting import Print
from services.fulfillment.store import forgetting, placements, products, provider_orders, quotes
from shared import dead_letters
from shared.database import Transaction
from shared.events import (
    AddressCorrected,
    OrderCancelled,
    OrderReceived,
    PrintFileReady,
    PrintFilesDeleted,
    ProductPublished,
    ReplayRequested,
    version_of,
)


async def cancel_orders(transaction: Transaction, events: Sequence[OrderCancelled]) -> None:
    """Never place what is not placed; have the provider asked to cancel what is."""
    await placements.cancel_placements(transaction, events)
    await provider_orders.request_cancellations(transaction, events)
    await quotes.forget(transaction, [event.order_id for event in events])


async def forget_shoppers(transaction: Transaction, events: Sequence[PrintFilesDeleted]) -> None:
    """Forget whom orders went to, and where, once nobody needs that any more."""
    order_ids = [event.order_id for event in events]
    await forgetting.forget_shoppers(transaction, order_ids)
    await quotes.forget(transaction, order_ids)


async def quote_orders(transaction: Transaction, events: Sequence[OrderReceived]) -> None:
    """Have the newest version of each order quoted, once its print files are known."""
    newest: dict[str, OrderReceived] = {}
    for event in sorted(events, key=version_of):
        newest[event.order_id] = event
    await quotes.keep_orders(transaction, list(newest.values()))


async def quote_addresses(transaction: Transaction, events: Sequence[AddressCorrected]) -> None:
    """Have orders quoted anew that a person sends elsewhere than the store says."""
    newest = {event.order_id: event for event in events}
    await quotes.keep_corrections(transaction, list(newest.values()))


async def quote_prints(transaction: Transaction, events: Sequence[PrintFileReady]) -> None:
    """Have orders quoted whose print files are made."""
    prints: dict[str, dict[str, Print]] = {}
    for event in events:
        prints.setdefault(event.order_id, {})[event.line_item_id] = Print.of(event)
    await quotes.keep_prints(transaction, prints)


async def keep_products(transaction: Transaction, events: Sequence[ProductPublished]) -> None:
    """Keep what the provider calls each product, and try the orders that may wait for it."""
    await products.keep_products(transaction, [Product.published_by(event) for event in events])
    transaction.wake(placements.SIGNAL)


async def ask_again(transaction: Transaction, wishes: Sequence[ReplayRequested]) -> None:
    """Take in again what could not be, as a person asked: events, and Completeful's answers."""
    await dead_letters.replay_as_asked(transaction, wishes)
    ours = [wish.order_id for wish in wishes if wish.service == transaction.service]
    await provider_orders.ask_again(transaction, ours)
