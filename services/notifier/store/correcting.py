"""The SQL of packages whose tracking is corrected."""

from collections.abc import Sequence

from services.notifier.store.queueing import SIGNAL, lock_orders
from shared.database import Transaction
from shared.events import TrackingCorrected


async def correct(transaction: Transaction, corrections: Sequence[TrackingCorrected]) -> int:
    """Have packages told with other tracking; give how many there were.

    Who is telling the store of one of them at this moment loses the order, so that nothing is said
    of what the store was told last; the lease stays until it runs out, because a request may be at
    work. What comes after that finds the number before in the store, and replaces it.
    """
    await lock_orders(transaction, [event.order_id for event in corrections])
    corrected = 0
    for event in corrections:
        corrected += await transaction.execute(
            """
            WITH corrected AS (
                UPDATE package
                SET status = 'waiting', reason = '', carrier = $4, tracking_number = $5,
                    tracking_url = $6, tracking_version = $3,
                    waiting_since = now(), delay_said = false,
                    former_numbers = array_remove(former_numbers, $5)
                        || array_remove(ARRAY[tracking_number], $5)
                WHERE order_id = $1 AND shipment_id = $2 AND tracking_version < $3
                RETURNING order_id
            )
            UPDATE store_order
            SET attempts = attempts + 1, queued = queued + 1, due_at = coalesce(due_at, now())
            FROM corrected
            WHERE store_order.order_id = corrected.order_id
            """,
            event.order_id,
            event.shipment_id,
            event.tracking_version,
            event.carrier,
            event.tracking_number,
            event.tracking_url,
        )
    transaction.wake(SIGNAL)
    return corrected
