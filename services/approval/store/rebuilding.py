"""The SQL of a rebuild: the timeline stays, and what it lacks is added."""

from collections.abc import Sequence

from services.approval.domain import Happening
from shared.database import Transaction


async def find_missing(
    transaction: Transaction, happenings: Sequence[Happening]
) -> list[Happening]:
    """Give the entries that are not on the timeline already."""
    rows = await transaction.fetch(
        """
        SELECT event_id::text AS event_id
        FROM happening
        WHERE order_id = ANY($1::uuid[])
        """,
        [happening.order_id for happening in happenings],
    )
    known = {row["event_id"] for row in rows}
    return [happening for happening in happenings if happening.event_id not in known]
