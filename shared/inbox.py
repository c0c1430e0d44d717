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
