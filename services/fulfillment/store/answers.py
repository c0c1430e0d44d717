"""What the provider answered about orders, and what there is to be said of it."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.fulfillment.domain.billing import Charge
from services.fulfillment.domain.news import News
from services.fulfillment.store import provider_orders
from shared import outbox
from shared.cloudevents import Message
from shared.database import Transaction
from shared.events import Shipped, ShippedItem

ITEMS = TypeAdapter(tuple[ShippedItem, ...])


KEEP = f"""
    WITH kept AS (
        UPDATE provider_order
        SET status = new.status, fulfillment_status = new.fulfillment_status,
            billing_status = new.billing_status, total = new.total, raw = new.raw,
            stage = new.stage, leased_until = NULL, failures = 0, unexpected = 0,
            reason = '', billed = new.billed,
            cancel_answer = coalesce(new.cancel_answer, provider_order.cancel_answer),
            -- A clock that runs ahead for a while must not make all that it says later look old.
            provider_changed_at = greatest(
                provider_changed_at,
                CASE WHEN new.changed_at > now() THEN now() ELSE new.changed_at END
            ),
            unchanged = CASE
                WHEN (provider_order.status, provider_order.fulfillment_status,
                    provider_order.billing_status)
                    = (new.status, new.fulfillment_status, new.billing_status)
                THEN unchanged + 1 ELSE 0
            END,
            is_over = new.is_over AND provider_order.hints = new.hints,
            due_at = CASE
                WHEN provider_order.hints = new.hints
                THEN now() + make_interval(secs => new.seconds) ELSE now()
            END
        FROM unnest(
            $1::text[], $2::integer[], $3::integer[], $4::integer[], $5::integer[],
            $6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[], $11::jsonb[],
            $12::text[], $13::boolean[], $14::float8[], $15::text[], $16::timestamptz[]
        ) AS new (
            order_id, attempts, hints, packages, charges, cancel_answer, status,
            fulfillment_status, billing_status, total, raw, stage, is_over, seconds, billed,
            changed_at
        )
        WHERE provider_order.order_id = new.order_id
            AND provider_order.attempts = new.attempts
            AND new.packages = (
                SELECT count(*) FROM shipment WHERE shipment.order_id = new.order_id
            )
            AND new.charges = (
                SELECT count(*) FROM charge WHERE charge.order_id = new.order_id
            )
        RETURNING provider_order.order_id, due_at <= now() AS is_due
    ), packed AS (
        INSERT INTO shipment
            (order_id, shipment_id, tracking_number, items, carrier, tracking_url)
        SELECT order_id, shipment_id, tracking_number, items::jsonb, carrier, tracking_url
        FROM unnest($17::text[], $18::text[], $19::text[], $20::text[], $31::text[], $32::text[])
            AS new (order_id, shipment_id, tracking_number, items, carrier, tracking_url)
        JOIN kept USING (order_id)
    ), charged AS (
        INSERT INTO charge (order_id, charge_id, kind, minor, currency, charged_at)
        SELECT order_id, charge_id, kind, minor, currency, charged_at
        FROM unnest(
            $21::text[], $22::text[], $23::text[], $24::bigint[], $25::text[],
            $26::timestamptz[]
        ) WITH ORDINALITY
            AS new (order_id, charge_id, kind, minor, currency, charged_at, place)
        JOIN kept USING (order_id)
        ORDER BY place
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($27::text[], $28::text[], $29::json[], $30::bytea[])
            WITH ORDINALITY AS said (topic, key, headers, value, place)
        JOIN kept ON kept.order_id = said.key
        ORDER BY place
        RETURNING id
    )
    SELECT order_id, is_due, {outbox.asked(33)}
    FROM kept
"""  # noqa: S608 - values are parameters


async def keep_answers(
    transaction: Transaction, news: Sequence[News], said: Sequence[Message]
) -> set[str]:
    """Keep answers, add packages and charges, and promise what is said; give the orders concerned.

    All by one statement, which may be a transaction of its own. What was found of an order that
    another attempt has taken is dropped, and so is what was compared with less than has been said
    of it: the order is asked about again. A hint since we asked makes an order due now.
    """
    packages = [package for each in news for package in each.packages]
    known = transaction.database.handing.known(said)
    rows = await transaction.fetch(
        KEEP,
        *answer_columns(news),
        *package_columns(packages),
        *charge_columns([charge for each in news for charge in each.charges]),
        *outbox.columns(said),
        [package.carrier for package in packages],
        [package.tracking_url for package in packages],
        known,
    )
    if said and rows:
        outbox.hand_over(transaction, said, rows[0])
    if any(row["is_due"] for row in rows):
        transaction.wake(provider_orders.SIGNAL)
    return {row["order_id"] for row in rows}


def answer_columns(news: Sequence[News]) -> tuple[list[object], ...]:
    """Give whose answers these are, what they were compared with, and what they say."""
    return (
        [each.following.order_id for each in news],
        [each.following.attempts for each in news],
        [each.following.hints for each in news],
        [len(each.following.said) for each in news],
        [len(each.following.ledger) for each in news],
        [each.cancel_answer for each in news],
        [each.order.status for each in news],
        [each.order.fulfillment_status for each in news],
        [each.order.billing_status for each in news],
        [each.order.total for each in news],
        [each.order.raw for each in news],
        [each.stage for each in news],
        [each.is_over for each in news],
        [each.seconds for each in news],
        [each.billed for each in news],
        [each.order.amounts.changed_at for each in news],
    )


def package_columns(packages: Sequence[Shipped]) -> tuple[list[object], ...]:
    """Give order_id, shipment_id, tracking_number and items."""
    return (
        [package.order_id for package in packages],
        [package.shipment_id for package in packages],
        [package.tracking_number for package in packages],
        [ITEMS.dump_json(package.items).decode() for package in packages],
    )


def charge_columns(charges: Sequence[Charge]) -> tuple[list[object], ...]:
    """Give order_id, charge_id, kind, minor, currency and charged_at."""
    return (
        [charge.order_id for charge in charges],
        [charge.charge_id for charge in charges],
        [charge.kind for charge in charges],
        [charge.amount.minor for charge in charges],
        [charge.amount.currency for charge in charges],
        [charge.charged_at for charge in charges],
    )
