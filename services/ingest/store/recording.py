"""The SQL of deliveries as they come, and of what they teach about orders."""

from collections.abc import Sequence

from asyncpg import UniqueViolationError

from services.ingest.domain import First, KnownOrder, Reading
from shared import outbox
from shared.cloudevents import encode_written
from shared.database import Transaction

ADD = f"""
    WITH came AS (
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[],
            $5::text[], $6::bytea[], $7::timestamptz[],
            $8::timestamptz[], $9::text[], $10::boolean[], $11::boolean[]
        ) AS came (
            shop, topic, webhook_id, event_id, order_id, body, received_at,
            changed_at, fingerprint, is_paid, is_cancelled
        )
    ),
    learned AS (
        INSERT INTO known_order (order_id, changed_at, fingerprint, is_paid, is_cancelled)
        SELECT order_id, changed_at, fingerprint, is_paid, is_cancelled
        FROM came
        ORDER BY order_id
        ON CONFLICT DO NOTHING
        RETURNING order_id
    ),
    kept AS (
        INSERT INTO delivery
            (shop, topic, webhook_id, event_id, order_id, body, received_at)
        SELECT shop, topic, webhook_id, event_id, order_id, body, received_at
        FROM came
        JOIN learned USING (order_id)
        ORDER BY shop, topic, webhook_id
    ),
    said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($12::text[], $13::text[], $14::json[], $15::bytea[])
            WITH ORDINALITY AS said (topic, key, headers, value, place)
        JOIN learned ON learned.order_id = said.key
        ORDER BY place
        RETURNING id
    )
    SELECT order_id, {outbox.asked(16)}
    FROM learned
"""  # noqa: S608 - values are parameters


async def add_firsts(statement: Transaction, firsts: Sequence[First]) -> set[str]:
    """Keep, learn and say all of this in one statement, which must be a transaction of its own.

    Each delivery must be the only one of its order. Gives the orders that it is done for; the
    others were known already, and nothing is kept of them. When any delivery came before under
    the name of another order, nothing is done at all.
    """
    said = encode_written((event for first in firsts for event in first.news), statement.service)
    known = statement.database.handing.known(said)
    try:
        rows = await statement.fetch(
            ADD,
            *delivery_columns([first.reading for first in firsts]),
            *learned_columns([first.learned for first in firsts]),
            *outbox.columns(said),
            known,
        )
    except UniqueViolationError:
        return set()
    if rows:
        outbox.hand_over(statement, said, rows[0])
    return {row["order_id"] for row in rows}


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
            ORDER BY shop, topic, webhook_id, place
            ON CONFLICT DO NOTHING
            RETURNING shop, topic, webhook_id
        )
        SELECT min(place) AS place
        FROM came
        JOIN kept USING (shop, topic, webhook_id)
        GROUP BY shop, topic, webhook_id
        """,
        *delivery_columns(readings),
        [reading.problem for reading in readings],
    )
    return {row["place"] - 1 for row in rows}


async def lock_orders(transaction: Transaction, order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    """Give what is known of each order, locked; an order never heard of is entered first."""
    if not order_ids:
        return {}
    rows = await transaction.fetch(
        """
        INSERT INTO known_order (order_id)
        SELECT unnest($1::text[])
        ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
        RETURNING order_id, changed_at, fingerprint, is_paid, is_cancelled
        """,
        order_ids,
    )
    return {row["order_id"]: KnownOrder(**row) for row in rows}


async def update_orders(transaction: Transaction, orders: Sequence[KnownOrder]) -> None:
    """Keep what has been learned of the orders."""
    if not orders:
        return
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
        *learned_columns(orders),
    )


def delivery_columns(readings: Sequence[Reading]) -> Sequence[list[object]]:
    """Give shop, topic, webhook_id, event_id, order_id, body and received_at."""
    deliveries = [reading.delivery for reading in readings]
    return (
        [delivery.shop for delivery in deliveries],
        [delivery.topic for delivery in deliveries],
        [delivery.webhook_id for delivery in deliveries],
        [delivery.event_id for delivery in deliveries],
        [reading.order_id for reading in readings],
        [delivery.body for delivery in deliveries],
        [delivery.received_at for delivery in deliveries],
    )


def learned_columns(orders: Sequence[KnownOrder]) -> Sequence[list[object]]:
    """Give changed_at, fingerprint, is_paid and is_cancelled."""
    return (
        [order.changed_at for order in orders],
        [order.fingerprint for order in orders],
        [order.is_paid for order in orders],
        [order.is_cancelled for order in orders],
    )
