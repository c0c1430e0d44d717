"""Orders that the provider has just taken."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic_core import to_json

from services.fulfillment.domain.following import Following, Placed
from services.fulfillment.store import provider_orders
from shared import outbox
from shared.cloudevents import Message
from shared.database import Transaction

KEEP = f"""
    WITH came AS (
        SELECT *
        FROM unnest(
            $1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[],
            $7::jsonb[]
        ) AS came (
            order_id, attempts, shop, storefront_order_id, provider_order_id, lines, raw
        )
    ), placed AS (
        UPDATE placement
        SET status = 'placed', is_unsure = false, code = '', reason = ''
        FROM came
        WHERE placement.order_id = came.order_id AND placement.attempts = came.attempts
            AND status = 'waiting'
        RETURNING placement.order_id, is_cancelled
    ), followed AS (
        INSERT INTO provider_order
            (order_id, shop, storefront_order_id, provider_order_id, lines, raw, due_at,
             cancel_requested_at, attempts, leased_until)
        SELECT order_id, shop, storefront_order_id, provider_order_id, lines::jsonb, raw,
            now(), CASE WHEN is_cancelled THEN now() END, ($12::interval IS NOT NULL)::integer,
            now() + $12
        FROM came
        JOIN placed USING (order_id)
        ON CONFLICT (order_id) DO NOTHING
        RETURNING order_id, cancel_requested_at IS NOT NULL AS must_cancel
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($8::text[], $9::text[], $10::json[], $11::bytea[])
            WITH ORDINALITY AS said (topic, key, headers, value, place)
        JOIN placed ON placed.order_id = said.key
        ORDER BY place
        RETURNING id
    )
    SELECT order_id, must_cancel, {outbox.asked(13)}
    FROM followed
"""  # noqa: S608 - values are parameters


async def keep_placed(
    transaction: Transaction,
    placed: Sequence[Placed],
    said: Sequence[Message],
    lease: timedelta | None,
) -> list[Following]:
    """Record that the provider has the orders, begin to follow them, and promise what is said.

    All by one statement, which may be a transaction of its own. Of an order that another attempt
    was quicker with nothing is kept and nothing is said. The orders are asked about at once, for
    they may have moved on already: those given are taken, which are all for which a lease is given.
    Nobody acts on what is said, so it wakes the relay later.
    """
    known = transaction.database.handing.known(said)
    rows = await transaction.fetch(
        KEEP,
        [each.placement.order_id for each in placed],
        [each.placement.attempts for each in placed],
        [each.placement.approved.shop for each in placed],
        [each.placement.approved.storefront_order_id for each in placed],
        [each.order.provider_order_id for each in placed],
        [to_json(each.lines_as_rows).decode() for each in placed],
        [each.order.raw for each in placed],
        *outbox.columns(said),
        lease,
        known,
    )
    outbox.hand_over(transaction, said, rows[0] if rows else None, at_leisure=True)
    if lease is None:
        transaction.wake(provider_orders.SIGNAL)
        return []
    must_cancel = {row["order_id"]: row["must_cancel"] for row in rows}
    return [
        each.followed(must_cancel=must_cancel[each.placement.order_id])
        for each in placed
        if each.placement.order_id in must_cancel
    ]
