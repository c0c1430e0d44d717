"""Orders that the provider has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from services.fulfillment.domain.billing import Billed, Charge
from services.fulfillment.domain.claims import Claim
from services.fulfillment.domain.following import Following, Line, Parcel
from services.fulfillment.domain.setback import Setback
from services.fulfillment.domain.stages import Stage
from shared.database import Transaction
from shared.events import ChargeKind, Money, OrderCancelled, ShippedItem
from shared.unexpected import Unreadable, read_each

SIGNAL = "provider_order"
DUE = """
    EXISTS (
        SELECT FROM provider_order
        WHERE NOT is_over AND due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
    )
"""


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


LEASE_DUE = """
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
        failures, unexpected, unchanged, hints, billed, provider_changed_at AS changed_at,
        cancel_requested_at IS NOT NULL AND cancel_answer IS NULL AS must_cancel,
        (
            SELECT jsonb_agg(
                jsonb_build_array(
                    shipment_id, tracking_number, items, carrier, tracking_url,
                    tracking_version
                )
            )
            FROM shipment
            WHERE shipment.order_id = provider_order.order_id
        ) AS said,
        (
            SELECT jsonb_agg(
                jsonb_build_array(charge_id, kind, minor, currency, charged_at) ORDER BY id
            )
            FROM charge
            WHERE charge.order_id = provider_order.order_id
        ) AS ledger
"""


async def lease_due(
    transaction: Transaction, limit: int, lease: timedelta
) -> list[Following | Unreadable[Claim]]:
    """Take the orders that have been due longest, with what has been said of them.

    They are hidden from others for a while. The lease is apart from `due_at`, so that a hint can
    come while an order is leased. It need not be on disk: after a crash of the database the order
    is asked about once more, no harm done.
    """
    rows = await transaction.fetch(
        LEASE_DUE,
        lease,
        limit,
    )
    return read_each(rows, as_following, as_claim)


def as_claim(row: asyncpg.Record) -> Claim:
    """Read of a row by what it is told from others."""
    names = "order_id", "attempts", "failures", "unexpected"
    return Claim(**{name: row[name] for name in names})


def as_following(row: asyncpg.Record) -> Following:
    """Read a row."""
    values = dict(row)
    values["stage"] = Stage(values["stage"])
    values["billed"] = Billed(values["billed"])
    values["lines"] = tuple(Line(*line) for line in values["lines"])
    values["said"] = tuple(as_parcel(*each) for each in values["said"] or ())
    values["ledger"] = tuple(as_charge(row["order_id"], *each) for each in values["ledger"] or ())
    return Following(**values)


def as_parcel(
    shipment_id: str, tracking_number: str, items: Sequence[object], *tracking: Any
) -> Parcel:
    """Read a package that has been said."""
    held = tuple(ShippedItem.model_validate(item) for item in items)
    return Parcel(shipment_id, tracking_number, held, *tracking)


def as_charge(
    order_id: str, charge_id: str, kind: ChargeKind, minor: int, currency: str, charged_at: str
) -> Charge:
    """Read a line of the ledger."""
    amount = Money(minor=minor, currency=currency)
    return Charge(charge_id, order_id, kind, amount, datetime.fromisoformat(charged_at))


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


async def postpone(transaction: Transaction, following: Claim, setback: Setback) -> int | None:
    """Have the order asked about again later; None when another attempt has taken it.

    Gives how many of its failures nobody expected.
    """
    unexpected: int | None = await transaction.fetchval(
        """
        UPDATE provider_order
        SET leased_until = NULL, failures = failures + 1, reason = $4,
            is_away = $6, unexpected = unexpected + $5::boolean::integer,
            due_at = now() + make_interval(secs => $3)
        WHERE order_id = $1 AND attempts = $2
        RETURNING unexpected
        """,
        following.order_id,
        following.attempts,
        setback.seconds,
        setback.reason,
        setback.is_unexpected,
        setback.is_away,
    )
    return unexpected


async def ask_again(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Have orders asked about now, as if nothing had failed, that wait after unexpected errors."""
    touched = await transaction.execute(
        """
        UPDATE provider_order
        SET failures = 0, unexpected = 0, hints = hints + 1, due_at = now()
        WHERE order_id = ANY($1::text[]) AND unexpected > 0
        """,
        order_ids,
    )
    if touched:
        transaction.wake(SIGNAL)
