"""The SQL of asking a shop for its orders: whose turn it is, and how far they are read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.ingest.domain import KnownOrder
from shared.database import Transaction


async def enter_shop(
    transaction: Transaction, shop: str, overlap: timedelta, first_in: timedelta
) -> None:
    """Enter a shop that is new; what it sold before is not asked for, in the overlap neither."""
    await transaction.execute(
        """
        INSERT INTO reconciliation (shop, read_until, next_at)
        VALUES ($1, now() + $2::interval, now() + $3::interval)
        ON CONFLICT DO NOTHING
        """,
        shop,
        overlap,
        first_in,
    )


async def take_shop(transaction: Transaction, shop: str, lease: timedelta) -> datetime | None:
    """Give how far a shop's orders are read if it is its turn; nobody else gets it now."""
    read_until: datetime | None = await transaction.fetchval(
        """
        UPDATE reconciliation
        SET next_at = now() + $2
        WHERE shop = $1 AND next_at <= now()
        RETURNING read_until
        """,
        shop,
        lease,
    )
    return read_until


async def note(
    transaction: Transaction,
    shop: str,
    read_until: datetime | None,
    *,
    again_in: timedelta,
    trouble: str | None,
) -> None:
    """Note how far a shop's orders are read, if they are any further, and when it is its turn."""
    await transaction.execute(
        """
        UPDATE reconciliation
        SET read_until = greatest(read_until, $2), next_at = now() + $3, trouble = $4
        WHERE shop = $1
        """,
        shop,
        read_until,
        again_in,
        trouble,
    )


async def find_troubles(transaction: Transaction, shops: Sequence[str]) -> list[tuple[str, str]]:
    """Give each of these shops that could not be asked the last time, and why."""
    rows = await transaction.fetch(
        """
        SELECT shop, trouble
        FROM reconciliation
        WHERE shop = ANY($1::text[]) AND trouble IS NOT NULL
        ORDER BY shop
        """,
        shops,
    )
    return [(row["shop"], row["trouble"]) for row in rows]


async def find_known(transaction: Transaction, order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    """Give what is known of each order, without locking it."""
    rows = await transaction.fetch(
        """
        SELECT order_id, changed_at, fingerprint, is_paid, is_cancelled
        FROM known_order
        WHERE order_id = ANY($1::text[])
        """,
        order_ids,
    )
    found = {row["order_id"]: KnownOrder(**row) for row in rows}
    return {order_id: found.get(order_id, KnownOrder(order_id)) for order_id in order_ids}


async def find_kept(
    transaction: Transaction, shop: str, topic: str, webhook_ids: Sequence[str]
) -> set[str]:
    """Give those of the names under which a delivery is kept already."""
    rows = await transaction.fetch(
        """
        SELECT webhook_id
        FROM delivery
        WHERE shop = $1 AND topic = $2 AND webhook_id = ANY($3::text[])
        """,
        shop,
        topic,
        webhook_ids,
    )
    return {row["webhook_id"] for row in rows}
