"""Every SQL statement of ingest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.ingest.domain import KnownOrder, Reading
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A delivery that could not be understood, and why."""

    delivery_id: int
    shop: str
    topic: str
    webhook_id: str
    received_at: datetime
    problem: str
    body: bytes


async def add_deliveries(transaction: Transaction, readings: Sequence[Reading]) -> set[int]:
    """Keep the deliveries; give the places of those that had not come before."""
    rows = await transaction.fetch(
        """
        WITH came AS (
            SELECT *
            FROM unnest(
                $1::text[], $2::text[], $3::text[], $4::text[],
                $5::text[], $6::bytea[], $7::timestamptz[], $8::text[]
            ) WITH ORDINALITY AS came (
                shop, topic, webhook_id, event_id, order_id, body, received_at, problem, place
            )
        ),
        kept AS (
            INSERT INTO delivery
                (shop, topic, webhook_id, event_id, order_id, body, received_at, problem)
            SELECT shop, topic, webhook_id, event_id, order_id, body, received_at, problem
            FROM came
            ORDER BY shop, topic, webhook_id
            ON CONFLICT DO NOTHING
            RETURNING shop, topic, webhook_id
        )
        SELECT min(place) AS place
        FROM came
        JOIN kept USING (shop, topic, webhook_id)
        GROUP BY shop, topic, webhook_id
        """,
        [reading.delivery.shop for reading in readings],
        [reading.delivery.topic for reading in readings],
        [reading.delivery.webhook_id for reading in readings],
        [reading.delivery.event_id for reading in readings],
        [reading.order_id for reading in readings],
        [reading.delivery.body for reading in readings],
        [reading.delivery.received_at for reading in readings],
        [reading.problem for reading in readings],
    )
    return {row["place"] - 1 for row in rows}


async def lock_orders(transaction: Transaction, order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    """Give what is known of each order, locked; an order never heard of is entered first."""
    rows = await transaction.fetch(
        """
        INSERT INTO known_order (order_id)
        SELECT unnest($1::text[])
        ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
        RETURNING order_id, changed_at, fingerprint, is_paid, is_cancelled
        """,
        sorted(set(order_ids)),
    )
    return {row["order_id"]: KnownOrder(**row) for row in rows}


async def update_orders(transaction: Transaction, orders: Sequence[KnownOrder]) -> None:
    """Keep what has been learned of the orders."""
    await transaction.execute(
        """
        UPDATE known_order
        SET changed_at = learned.changed_at,
            fingerprint = learned.fingerprint,
            is_paid = learned.is_paid,
            is_cancelled = learned.is_cancelled
        FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::boolean[], $5::boolean[])
            AS learned (order_id, changed_at, fingerprint, is_paid, is_cancelled)
        WHERE known_order.order_id = learned.order_id
        """,
        [order.order_id for order in orders],
        [order.changed_at for order in orders],
        [order.fingerprint for order in orders],
        [order.is_paid for order in orders],
        [order.is_cancelled for order in orders],
    )


async def find_unreadable(transaction: Transaction, limit: int) -> list[Unreadable]:
    """Give the newest deliveries that a person must look at."""
    rows = await transaction.fetch(
        """
        SELECT delivery_id, shop, topic, webhook_id, received_at, problem, body
        FROM delivery
        WHERE problem IS NOT NULL
        ORDER BY delivery_id DESC
        LIMIT $1
        """,
        limit,
    )
    return [Unreadable(**row) for row in rows]
