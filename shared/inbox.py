"""The inbox: an event's effect happens once, however often the event is delivered."""

from collections.abc import Sequence

from shared.database import Transaction


async def claim(transaction: Transaction, event_ids: Sequence[str]) -> set[str]:
    """Take the events that nobody has heard yet, and give their ids.

    A claim by another transaction that is still open is waited for: if it commits the event has
    been heard, if it rolls back the event is ours.
    """
    rows = await transaction.fetch(
        """
        INSERT INTO inbox (event_id)
        SELECT unnest($1::uuid[])
        ON CONFLICT DO NOTHING
        RETURNING event_id::text AS event_id
        """,
        sorted(set(event_ids)),
    )
    return {row["event_id"] for row in rows}


async def find_heard(transaction: Transaction, event_ids: Sequence[str]) -> set[str]:
    """Give those among the events that have been heard."""
    if not event_ids:
        return set()
    rows = await transaction.fetch(
        """
        SELECT event_id::text AS event_id
        FROM inbox
        WHERE event_id = ANY($1::uuid[])
        """,
        event_ids,
    )
    return {row["event_id"] for row in rows}
