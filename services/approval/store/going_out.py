"""The SQL of approvals that cool off: until they go out, nothing has been said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.approval.domain import Happening
from services.approval.store.reviews import add_happenings
from services.approval.store.saving import SIGNAL
from shared.database import Transaction

DUE = "EXISTS (SELECT FROM review WHERE goes_out_at <= now())"


@dataclass(frozen=True, slots=True)
class Due:
    """An approval that goes out now: what is said, under the id that it was recorded with."""

    order_id: str
    event_id: str
    approved_by: str
    snapshot: str
    now: datetime
    """By the database's clock, which alone tells when it is due."""


async def lock_due(transaction: Transaction, limit: int) -> list[Due]:
    """Give approvals whose time has come, locked, the first due first."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id, event_id::text AS event_id,
            review.approved_by, snapshot, now() AS now
        FROM review
        JOIN review_facts USING (order_id)
        JOIN approval USING (order_id, approved_at)
        WHERE goes_out_at <= now()
        ORDER BY goes_out_at, order_id
        LIMIT $1
        FOR UPDATE OF review, review_facts SKIP LOCKED
        """,
        limit,
    )
    return [Due(**row) for row in rows]


async def put_off(transaction: Transaction, order_id: str, wait: timedelta) -> None:
    """Have an approval go out later."""
    await transaction.execute(
        "UPDATE review SET goes_out_at = now() + $2::interval WHERE order_id = $1", order_id, wait
    )


async def mark_gone_out(transaction: Transaction, happenings: Sequence[Happening]) -> None:
    """Note that nothing takes these approvals back any more, on the timelines too."""
    order_ids = [happening.order_id for happening in happenings]
    await transaction.execute(
        """
        UPDATE review
        SET goes_out_at = NULL, revision = revision + 1, changed_in = pg_current_xact_id()
        WHERE order_id = ANY($1::uuid[])
        """,
        order_ids,
    )
    await add_happenings(transaction, happenings)
    transaction.wake(SIGNAL)


async def find_cooling(transaction: Transaction, who: str, approved_at: datetime) -> list[str]:
    """Give the orders that somebody approved at one moment and that have not gone out."""
    rows = await transaction.fetch(
        """
        SELECT order_id::text AS order_id
        FROM review
        WHERE goes_out_at IS NOT NULL AND approved_by = $1 AND approved_at = $2
        ORDER BY order_id
        """,
        who,
        approved_at,
    )
    return [row["order_id"] for row in rows]
