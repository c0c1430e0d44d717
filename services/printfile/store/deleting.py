"""The end of what was made: orders that are over, and files that no order needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.database import Transaction
from shared.effect import Effect

SIGNAL = "deletion"


@dataclass(frozen=True, slots=True)
class Over:
    """An order whose files go, and how often letting go of them has failed before."""

    order_id: str
    failures: int


ENDED = """
    ended AS (
        INSERT INTO ended_order (order_id, ended_at)
        SELECT order_id, ended_at FROM over
        ON CONFLICT (order_id) DO UPDATE
        SET ended_at = greatest(ended_order.ended_at, excluded.ended_at)
    )
"""
"""Notes that the orders in `over` are over, or are so again: the last package counts."""


def end_orders(ends: Sequence[tuple[str, str, datetime]]) -> Effect:
    """Note what ended when, given with the id of the event that told of it."""
    return Effect(
        f"""
        over AS (
            SELECT order_id, ended_at
            FROM unnest($3::uuid[], $4::text[], $5::timestamptz[])
                AS said (event_id, order_id, ended_at)
            JOIN claimed USING (event_id)
        ), {ENDED}
        """,  # noqa: S608 - values are parameters
        (
            [event_id for event_id, _, _ in ends],
            [order_id for _, order_id, _ in ends],
            [ended_at for _, _, ended_at in ends],
        ),
    )


async def take_asked(transaction: Transaction) -> Over | None:
    """Take an order whose files a person wants deleted; None when there is none."""
    row = await transaction.fetchrow(
        """
        UPDATE ended_order
        SET deleted_at = now()
        WHERE order_id = (
            SELECT order_id
            FROM ended_order
            WHERE deleted_at IS NULL AND deletion_asked_at IS NOT NULL AND try_at <= now()
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, failures
        """
    )
    return Over(**row) if row else None


async def take_over(transaction: Transaction, kept: timedelta) -> Over | None:
    """Take an order that has been over for so long; None when there is none."""
    row = await transaction.fetchrow(
        """
        UPDATE ended_order
        SET deleted_at = now()
        WHERE order_id = (
            SELECT order_id
            FROM ended_order
            WHERE deleted_at IS NULL AND ended_at <= now() - $1::interval AND try_at <= now()
            ORDER BY ended_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, failures
        """,
        kept,
    )
    return Over(**row) if row else None


async def put_off(transaction: Transaction, order_id: str, seconds: float) -> None:
    """Have an order wait that was taken and whose files could not be let go of."""
    await transaction.execute(
        """
        UPDATE ended_order
        SET deleted_at = NULL, failures = failures + 1,
            try_at = now() + make_interval(secs => $2)
        WHERE order_id = $1
        """,
        order_id,
        seconds,
    )


async def release_files(transaction: Transaction, order_id: str, grace: timedelta) -> int:
    """Let go of what the order needed, and doom what no other order needs; give how many files."""
    keys = await release_designs(transaction, order_id)
    keys += await release_photos(transaction, order_id)
    return await transaction.execute(
        """
        INSERT INTO doomed_file (key, due_at)
        SELECT DISTINCT gone.key, now() + $2
        FROM unnest($1::text[]) AS gone (key)
        WHERE NOT EXISTS (SELECT FROM made WHERE made.keys @> ARRAY[gone.key])
            AND NOT EXISTS (SELECT FROM photo WHERE photo.key = gone.key)
        ON CONFLICT DO NOTHING
        """,
        keys,
        grace,
    )


async def release_designs(transaction: Transaction, order_id: str) -> list[str]:
    """Let go of the order's designs; give the files of those that no other order needs."""
    designs = await transaction.fetch(
        "DELETE FROM made_for WHERE order_id = $1 RETURNING design", order_id
    )
    made = await transaction.fetch(
        """
        DELETE FROM made
        WHERE design = ANY($1::text[])
            AND NOT EXISTS (SELECT FROM made_for WHERE made_for.design = made.design)
        RETURNING keys
        """,
        [row["design"] for row in designs],
    )
    return [key for row in made for key in row["keys"]]


async def release_photos(transaction: Transaction, order_id: str) -> list[str]:
    """Let go of the order's photos; give our copies of those that no other order needs."""
    addresses = await transaction.fetch(
        "DELETE FROM photo_for WHERE order_id = $1 RETURNING address_hash", order_id
    )
    photos = await transaction.fetch(
        """
        DELETE FROM photo
        WHERE address_hash = ANY($1::text[])
            AND NOT EXISTS (
                SELECT FROM photo_for WHERE photo_for.address_hash = photo.address_hash
            )
        RETURNING key
        """,
        [row["address_hash"] for row in addresses],
    )
    return [row["key"] for row in photos]


async def forget_answers(transaction: Transaction, order_id: str) -> None:
    """Forget what the shopper said, and make nothing of the order any more."""
    await transaction.execute(
        "INSERT INTO cancelled_order (order_id) VALUES ($1) ON CONFLICT DO NOTHING", order_id
    )
    await transaction.execute("DELETE FROM item WHERE order_id = $1", order_id)


async def lease_doomed(transaction: Transaction, limit: int, lease: timedelta) -> list[str]:
    """Take files whose time has come; one that is needed after all is spared."""
    await transaction.execute(
        """
        DELETE FROM doomed_file
        WHERE due_at <= now() AND NOT is_going
            AND (EXISTS (SELECT FROM made WHERE made.keys @> ARRAY[doomed_file.key])
                OR EXISTS (SELECT FROM photo WHERE photo.key = doomed_file.key))
        """
    )
    rows = await transaction.fetch(
        """
        UPDATE doomed_file
        SET is_going = true, due_at = now() + $1
        WHERE key IN (
            SELECT key
            FROM doomed_file
            WHERE due_at <= now()
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        RETURNING key
        """,
        lease,
        limit,
    )
    return [row["key"] for row in rows]


async def forget_doomed(transaction: Transaction, keys: Sequence[str]) -> None:
    """Note that these files are gone."""
    await transaction.execute("DELETE FROM doomed_file WHERE key = ANY($1::text[])", keys)


async def hasten(transaction: Transaction, names: Sequence[str]) -> None:
    """Have these orders and files, which wait since they failed, tried at once."""
    await transaction.execute(
        "UPDATE ended_order SET try_at = now() WHERE order_id = ANY($1::text[])", names
    )
    await transaction.execute(
        "UPDATE doomed_file SET due_at = now() WHERE key = ANY($1::text[])", names
    )
    transaction.wake(SIGNAL)
