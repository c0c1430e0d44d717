"""The SQL of a rebuild: the timeline stays, and what it lacks is added."""

from collections.abc import Sequence

from services.approval.domain import Happening
from services.approval.store.reviews import add_happenings
from shared.database import Transaction


async def add_missing_happenings(transaction: Transaction, happenings: Sequence[Happening]) -> None:
    """Write the entries that are not on the timeline already."""
    rows = await transaction.fetch(
        """
        SELECT event_id::text AS event_id
        FROM happening
        WHERE order_id = ANY($1::uuid[])
        """,
        [happening.order_id for happening in happenings],
    )
    known = {row["event_id"] for row in rows}
    missing = [happening for happening in happenings if happening.event_id not in known]
    await add_happenings(transaction, missing)
