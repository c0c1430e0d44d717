"""What notifier does when it hears an event."""

from collections.abc import Sequence

import structlog

from services.notifier import store
from shared.database import Transaction
from shared.events import ReprintOrdered, StorefrontUpdateRequested, TrackingCorrected

log = structlog.get_logger()


async def keep_reprints(transaction: Transaction, events: Sequence[ReprintOrdered]) -> None:
    """Keep which orders are reprints, before the first of their packages is heard of."""
    await store.keep_reprints(transaction, events)


async def queue_again(
    transaction: Transaction, events: Sequence[StorefrontUpdateRequested]
) -> None:
    """Queue packages that a person wants told again; what the store knows is not told twice."""
    pairs = [(event.order_id, event.shipment_id) for event in events]
    known = await store.queue_again(transaction, pairs)
    if known < len(events):
        log.warning("unknown_packages_requested", asked=len(events), known=known)


async def correct_packages(transaction: Transaction, events: Sequence[TrackingCorrected]) -> None:
    """Queue packages whose tracking is another now, whatever the store was told of them before."""
    known = await store.correct(transaction, events)
    if known < len(events):
        log.info("corrections_not_needed", heard=len(events), corrected=known)
