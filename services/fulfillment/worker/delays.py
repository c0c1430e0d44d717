"""Delays: that an approved order waits, since when and why, is told to whoever approved it."""

from datetime import timedelta

from services.fulfillment.completeful import PROVIDER
from services.fulfillment.settings import Settings
from services.fulfillment.store import delays
from shared import outbox
from shared.database import Database
from shared.events import FulfillmentDelayed

LOOK_SECONDS = 5.0
AGAIN_AFTER = timedelta(minutes=5)
"""So long an order's delay is left as it was said, although the reason is another one."""
NOT_TRIED = "it was not tried yet"


async def say_delays(database: Database, settings: Settings) -> bool:
    """Say of orders that they wait; False when there is none of which it is not said.

    Nothing takes it back but what becomes of the order: it goes on by itself.
    """
    async with database.transaction() as transaction:
        rows = await delays.take_delayed(transaction, settings.delay_said_after, AGAIN_AFTER)
        events = [
            FulfillmentDelayed(
                order_id=row["order_id"],
                provider=PROVIDER,
                waiting_since=row["queued_at"],
                reason=row["reason"] or NOT_TRIED,
                is_provider_away=row["is_away"],
            )
            for row in rows
        ]
        await outbox.add(transaction, events)
    return bool(events)
