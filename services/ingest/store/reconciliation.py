"""The SQL of asking a shop for its orders: whose turn it is, and how far they are read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.ingest.domain import KnownOrder
from shared.database import Transaction


async def enter_shops(
    transaction: Transaction, shops: Sequence[str], overlap: timedelta, first_in: timedelta
) -> None:
    """Enter shops that are new; what they sold before is not asked for, in the overlap neither."""
    await transaction.execute(
        """
        INSERT INTO reconciliation (shop, read_until, next_at)
        SELECT shop, now() + $2::interval, now() + $3::interval
        FROM unnest($1::text[]) AS new (shop)
        ON CONFLICT DO NOTHING
        """,
        shops,
        overlap,
        first_in,
    )


async def take_shop(
    transaction: Transaction, shops: Sequence[str], lease: timedelta
) -> tuple[str, datetime] | None:
    """Give a shop whose turn it is, and how far its orders are read; nobody else gets it now."""
    row = await transaction.fetchrow(
        """
        UPDATE reconciliation
        SET next_at = now() + $2
        WHERE shop = (
            SELECT shop
            FROM reconciliation
            WHERE shop = ANY($1::text[]) AND next_at <= now()
            ORDER BY next_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING shop, read_until
        """,
        shops,
        lease,
    )
    return (row["shop"], row["read_until"]) if row else None


async def note(
    transaction: Transaction, shop: str, read_until: datetime | None, again_in: timedelta
) -> None:
    """Note how far a shop's orders are read, if they are any further, and when it is its turn."""
    await transaction.execute(
        """
        UPDATE reconciliation
        SET read_until = greatest(read_until, $2), next_at = now() + $3
        WHERE shop = $1
        """,
        shop,
        read_until,
        again_in,
    )


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
