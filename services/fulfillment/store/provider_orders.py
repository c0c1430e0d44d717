"""Orders that the provider has."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.fulfillment.domain.billing import Billed
from services.fulfillment.domain.following import Following, Line
from services.fulfillment.domain.news import News
from services.fulfillment.domain.stages import Stage
from shared.database import Transaction
from shared.events import OrderCancelled

SIGNAL = "provider_order"


async def request_cancellations(
    transaction: Transaction, cancelled: Sequence[OrderCancelled]
) -> None:
    """Have the provider asked to cancel those of these orders that it has."""
    touched = await transaction.execute(
        """
        UPDATE provider_order
        SET cancel_requested_at = now(), hints = hints + 1, due_at = now()
        WHERE order_id = ANY($1::text[]) AND NOT is_over AND cancel_requested_at IS NULL
        """,
        [event.order_id for event in cancelled],
    )
    if touched:
        transaction.wake(SIGNAL)


async def hint(transaction: Transaction, names: Sequence[str]) -> int:
    """Have orders asked about now, by our id or the provider's; give how many are known.

    Also those that are over: a provider that still has news of them is listened to.
    """
    touched = await transaction.execute(
        """
        UPDATE provider_order
        SET hints = hints + 1, due_at = now(), is_over = false
        WHERE order_id = ANY($1::text[]) OR provider_order_id = ANY($1::text[])
        """,
        names,
    )
    if touched:
        transaction.wake(SIGNAL)
    return touched


async def lease_due(transaction: Transaction, limit: int, lease: timedelta) -> list[Following]:
    """Take the orders that have been due longest, and hide them from others for a while.

    The lease is apart from `due_at`, so that a hint can come while an order is leased. It need
    not be on disk: after a crash of the database the order is asked about once more, no harm done.
    """
    rows = await transaction.fetch(
        """
        UPDATE provider_order
        SET attempts = attempts + 1, leased_until = now() + $1
        WHERE order_id IN (
            SELECT order_id
            FROM provider_order
            WHERE NOT is_over AND due_at <= now()
                AND (leased_until IS NULL OR leased_until <= now())
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ) AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'
        RETURNING order_id, shop, storefront_order_id, provider_order_id, stage, lines, attempts,
            failures, unchanged, hints, billed, provider_changed_at AS changed_at,
            cancel_requested_at IS NOT NULL AND cancel_answer IS NULL AS must_cancel
        """,
        lease,
        limit,
    )
    return [as_following(row) for row in rows]


def as_following(row: asyncpg.Record) -> Following:
    """Read a row."""
    values = dict(row)
    values["stage"] = Stage(values["stage"])
    values["billed"] = Billed(values["billed"])
    values["lines"] = tuple(Line(*line) for line in values["lines"])
    return Following(**values)


async def renew(transaction: Transaction, following: Following, lease: timedelta) -> bool:
    """Hide the order for longer; False when another attempt has taken it."""
    touched = await transaction.execute(
        """
        UPDATE provider_order
        SET leased_until = now() + $3
        WHERE order_id = $1 AND attempts = $2
        """,
        following.order_id,
        following.attempts,
        lease,
    )
    return touched == 1


async def postpone(
    transaction: Transaction, following: Following, reason: str, *, seconds: float
) -> None:
    """Have the order asked about again later; changes nothing when another attempt has taken it."""
    await transaction.execute(
        """
        UPDATE provider_order
        SET leased_until = NULL, failures = failures + 1, reason = $4,
            due_at = now() + make_interval(secs => $3)
        WHERE order_id = $1 AND attempts = $2
        """,
        following.order_id,
        following.attempts,
        seconds,
        reason,
    )


async def lock(transaction: Transaction, followed: Sequence[Following]) -> set[str]:
    """Lock the orders to record what was found; gives those that no other attempt has taken."""
    rows = await transaction.fetch(
        """
        SELECT provider_order.order_id
        FROM provider_order
        JOIN unnest($1::text[], $2::integer[]) AS taken (order_id, attempts)
            ON taken.order_id = provider_order.order_id
                AND taken.attempts = provider_order.attempts
        ORDER BY provider_order.order_id
        FOR UPDATE OF provider_order
        """,
        [each.order_id for each in followed],
        [each.attempts for each in followed],
    )
    return {row["order_id"] for row in rows}


async def note_cancel_answer(transaction: Transaction, following: Following, answer: str) -> None:
    """Record what the provider said to the request to cancel; it is asked once."""
    await transaction.execute(
        "UPDATE provider_order SET cancel_answer = $2 WHERE order_id = $1",
        following.order_id,
        answer,
    )


async def keep_answers(transaction: Transaction, news: Sequence[News]) -> None:
    """Keep what the provider answered; a hint since we asked makes an order due now."""
    await transaction.execute(
        """
        UPDATE provider_order
        SET status = new.status, fulfillment_status = new.fulfillment_status,
            billing_status = new.billing_status, total = new.total, raw = new.raw,
            stage = new.stage, is_over = new.is_over, leased_until = NULL, failures = 0,
            reason = '', billed = new.billed,
            provider_changed_at = greatest(provider_changed_at, new.changed_at),
            unchanged = CASE
                WHEN (provider_order.status, provider_order.fulfillment_status,
                    provider_order.billing_status)
                    = (new.status, new.fulfillment_status, new.billing_status)
                THEN unchanged + 1 ELSE 0
            END,
            due_at = CASE
                WHEN provider_order.hints = new.hints
                THEN now() + make_interval(secs => new.seconds) ELSE now()
            END
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::jsonb[],
            $7::text[], $8::boolean[], $9::integer[], $10::float8[], $11::text[],
            $12::timestamptz[]
        ) AS new (
            order_id, status, fulfillment_status, billing_status, total, raw, stage, is_over,
            hints, seconds, billed, changed_at
        )
        WHERE provider_order.order_id = new.order_id
        """,
        [each.following.order_id for each in news],
        [each.order.status for each in news],
        [each.order.fulfillment_status for each in news],
        [each.order.billing_status for each in news],
        [each.order.total for each in news],
        [each.order.raw for each in news],
        [each.stage for each in news],
        [each.is_over for each in news],
        [each.following.hints for each in news],
        [each.seconds for each in news],
        [each.billed for each in news],
        [each.order.amounts.changed_at for each in news],
    )
