"""The SQL of deliveries that could not be read, which a person has to act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.ingest.domain import Delivery, Reading
from shared.database import Transaction

SIGNAL = "unreadable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A delivery that could not be read, and why; the body itself stays where it is."""

    delivery_id: int
    shop: str
    topic: str
    webhook_id: str
    received_at: datetime
    problem: str
    body_bytes: int
    set_aside_at: datetime | None
    set_aside_by: str | None


async def find_unreadable(
    transaction: Transaction, limit: int, *, is_set_aside: bool
) -> list[Unreadable]:
    """Give the newest deliveries that wait for a person, or that a person has set aside."""
    rows = await transaction.fetch(
        """
        SELECT delivery_id, shop, topic, webhook_id, received_at, problem,
            octet_length(body) AS body_bytes, set_aside_at, set_aside_by
        FROM delivery
        WHERE problem IS NOT NULL AND (set_aside_at IS NOT NULL) = $2
        ORDER BY delivery_id DESC
        LIMIT $1
        """,
        limit,
        is_set_aside,
    )
    return [Unreadable(**row) for row in rows]


async def find_payload(transaction: Transaction, delivery_id: int) -> bytes | None:
    """Give the body of a delivery that could not be read; None when it could."""
    body: bytes | None = await transaction.fetchval(
        "SELECT body FROM delivery WHERE delivery_id = $1 AND problem IS NOT NULL", delivery_id
    )
    return body


async def has_untold(transaction: Transaction) -> bool:
    """Tell whether there is any that nothing was said of yet."""
    found: bool = await transaction.fetchval(
        "SELECT EXISTS (SELECT FROM delivery WHERE problem IS NOT NULL AND told_at IS NULL)"
    )
    return found


async def take_untold(transaction: Transaction, limit: int) -> list[Unreadable]:
    """Give the oldest that nothing was said of yet, and note that it is said now."""
    rows = await transaction.fetch(
        """
        UPDATE delivery
        SET told_at = now()
        WHERE delivery_id IN (
            SELECT delivery_id
            FROM delivery
            WHERE problem IS NOT NULL AND told_at IS NULL
            ORDER BY delivery_id
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING delivery_id, shop, topic, webhook_id, received_at, problem,
            octet_length(body) AS body_bytes, set_aside_at, set_aside_by
        """,
        limit,
    )
    return [Unreadable(**row) for row in rows]


async def request_retry(transaction: Transaction, delivery_ids: Sequence[int]) -> set[int]:
    """Have deliveries be read again, and give those of them that could not be read so far."""
    transaction.wake(SIGNAL)
    rows = await transaction.fetch(
        """
        UPDATE delivery
        SET retry_requested_at = now()
        WHERE delivery_id = ANY($1::bigint[]) AND problem IS NOT NULL
        RETURNING delivery_id
        """,
        delivery_ids,
    )
    return {row["delivery_id"] for row in rows}


async def set_aside(transaction: Transaction, delivery_ids: Sequence[int], who: str) -> None:
    """Note that nobody need act on these any more."""
    await transaction.execute(
        """
        UPDATE delivery
        SET set_aside_at = now(), set_aside_by = $2
        WHERE delivery_id = ANY($1::bigint[]) AND problem IS NOT NULL AND set_aside_at IS NULL
        """,
        delivery_ids,
        who,
    )


async def find_asked(transaction: Transaction) -> tuple[int, Delivery] | None:
    """Give the oldest delivery that is to be read again; it is not locked."""
    row = await transaction.fetchrow(
        """
        SELECT delivery_id, shop, topic, webhook_id, event_id, body, received_at
        FROM delivery
        WHERE retry_requested_at IS NOT NULL
        ORDER BY delivery_id
        LIMIT 1
        """
    )
    if row is None:
        return None
    fields = dict(row)
    return fields.pop("delivery_id"), Delivery(**fields)


async def settle(transaction: Transaction, delivery_id: int, reading: Reading) -> bool:
    """Note what came of reading a delivery again; False when somebody else did just before.

    What could still not be read is to be told anew, and nobody has set it aside.
    """
    settled = await transaction.execute(
        """
        UPDATE delivery
        SET retry_requested_at = NULL, told_at = NULL, set_aside_at = NULL, set_aside_by = NULL,
            order_id = $2, problem = $3
        WHERE delivery_id = $1 AND retry_requested_at IS NOT NULL
        """,
        delivery_id,
        reading.order_id,
        reading.problem,
    )
    return bool(settled)
