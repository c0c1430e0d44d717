"""What approval does when it hears an event: it learns, whatever the event."""

from collections.abc import Sequence

from services.approval import store
from services.approval.domain import hear_all
from services.approval.store import ruling
from services.approval.store.recent import Recent
from shared.database import Transaction
from shared.events import Event, ProductPublished


async def learn(recent: Recent, transaction: Transaction, events: Sequence[Event]) -> None:
    """Add the news to what is known of each order, and write them on its timeline.

    One handler serves every event, because where an order stands is worked out from all that is
    known of it and never from the event that came last. So all the news of a batch are taken in
    together, several of one order included.
    """
    order_ids = list(dict.fromkeys(event.key for event in events))
    reviews = await store.lock_reviews(transaction, order_ids, recent)
    changed, happenings = hear_all(reviews, events)
    await store.save_reviews(transaction, changed, happenings, recent)


async def keep_products(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Keep the names of products, so that a merchant can name them in a rule."""
    await ruling.keep_products(transaction, products)
