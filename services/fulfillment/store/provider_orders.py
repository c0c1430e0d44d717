"""Orders that the provider has, and the packages that we have told of."""

from collections.abc import Sequence
from datetime import timedelta

from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.following import Following, Line, Parcel
from services.fulfillment.domain.placing import Placement
from services.fulfillment.domain.stages import Stage
from shared.database import Transaction
from shared.events import OrderCancelled, Shipped, ShippedItem

SIGNAL = "provider_order"


async def add_provider_order(
    transaction: Transaction,
    placement: Placement,
    order: ProviderOrder,
    lines: Sequence[Line],
    *,
    must_cancel: bool,
) -> None:
    """Begin to follow an order; it is asked about at once, for it may have moved on already."""
    approved = placement.approved
    await transaction.execute(
        """
        INSERT INTO provider_order
            (order_id, shop, storefront_order_id, provider_order_id, lines, raw, due_at,
             cancel_requested_at)
        VALUES ($1, $2, $3, $4, $5, $6, now(), CASE WHEN $7 THEN now() END)
        ON CONFLICT (order_id) DO NOTHING
        """,
        placement.order_id,
        approved.shop,
        approved.storefront_order_id,
        order.provider_order_id,
        [(line.line_item_id, line.quantity, line.provider_line_id) for line in lines],
        order.raw,
        must_cancel,
    )
    transaction.wake(SIGNAL)


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
        SET hints = hints + 1, due_at = now(), is_over = (stage = 'cancelled')
        WHERE order_id = ANY($1::text[]) OR provider_order_id = ANY($1::text[])
        """,
        names,
    )
    if touched:
        transaction.wake(SIGNAL)
    return touched


async def lease_next(transaction: Transaction, lease: timedelta) -> Following | None:
    """Take the order that has been due longest, and hide it from others for a while.

    The lease is apart from `due_at`, so that a hint can come while the order is leased.
    """
    row = await transaction.fetchrow(
        """
        UPDATE provider_order
        SET attempts = attempts + 1, leased_until = now() + $1
        WHERE order_id = (
            SELECT order_id
            FROM provider_order
            WHERE NOT is_over AND due_at <= now()
                AND (leased_until IS NULL OR leased_until <= now())
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, shop, storefront_order_id, provider_order_id, stage, lines, attempts,
            failures, unchanged, hints,
            cancel_requested_at IS NOT NULL AND cancel_answer IS NULL AS must_cancel
        """,
        lease,
    )
    if row is None:
        return None
    values = dict(row)
    values["stage"] = Stage(values["stage"])
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


async def lock(transaction: Transaction, following: Following) -> bool:
    """Lock the order to record what was found; False when another attempt has taken it."""
    held = await transaction.fetchval(
        "SELECT true FROM provider_order WHERE order_id = $1 AND attempts = $2 FOR UPDATE",
        following.order_id,
        following.attempts,
    )
    return bool(held)


async def note_cancel_answer(transaction: Transaction, following: Following, answer: str) -> None:
    """Record what the provider said to the request to cancel; it is asked once."""
    await transaction.execute(
        "UPDATE provider_order SET cancel_answer = $2 WHERE order_id = $1",
        following.order_id,
        answer,
    )


async def keep_answer(
    transaction: Transaction,
    following: Following,
    order: ProviderOrder,
    *,
    stage: Stage,
    is_over: bool,
    seconds: float,
) -> None:
    """Keep what the provider answered; a hint since we asked makes the order due now."""
    await transaction.execute(
        """
        UPDATE provider_order
        SET status = $2, fulfillment_status = $3, billing_status = $4, total = $5, raw = $6,
            stage = $7, is_over = $8, leased_until = NULL, failures = 0, reason = '',
            unchanged = CASE
                WHEN (status, fulfillment_status) = ($2, $3) THEN unchanged + 1 ELSE 0
            END,
            due_at = CASE WHEN hints = $9 THEN now() + make_interval(secs => $10) ELSE now() END
        WHERE order_id = $1
        """,
        following.order_id,
        order.status,
        order.fulfillment_status,
        order.billing_status,
        order.total,
        order.raw,
        stage,
        is_over,
        following.hints,
        seconds,
    )


async def find_parcels(transaction: Transaction, order_id: str) -> list[Parcel]:
    """Give the packages that have been said."""
    rows = await transaction.fetch(
        """
        SELECT shipment_id, tracking_number, items
        FROM shipment
        WHERE order_id = $1
        """,
        order_id,
    )
    return [
        Parcel(
            row["shipment_id"],
            row["tracking_number"],
            tuple(ShippedItem.model_validate(item) for item in row["items"]),
        )
        for row in rows
    ]


async def add_parcels(transaction: Transaction, events: Sequence[Shipped]) -> None:
    """Remember packages as said."""
    await transaction.executemany(
        """
        INSERT INTO shipment (order_id, shipment_id, tracking_number, items)
        VALUES ($1, $2, $3, $4)
        """,
        [
            (
                event.order_id,
                event.shipment_id,
                event.tracking_number,
                [item.model_dump() for item in event.items],
            )
            for event in events
        ],
    )
