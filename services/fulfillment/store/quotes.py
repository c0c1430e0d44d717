"""Orders whose cost is to be asked for, before anybody approves them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import asyncpg
from pydantic import TypeAdapter

from services.fulfillment.domain.claims import QuoteClaim
from services.fulfillment.domain.quoting import Line, Print, Quote
from shared.database import Transaction
from shared.events import Address, AddressCorrected, OrderReceived, holds_from
from shared.events.quoted import WHERE
from shared.unexpected import Unreadable, read_each

SIGNAL = "quote"
DUE = "EXISTS (SELECT FROM quote WHERE status = 'waiting' AND due_at <= now())"
PRINTS = TypeAdapter(dict[str, Print])
LINES = TypeAdapter(tuple[Line, ...])


async def keep_orders(transaction: Transaction, orders: Sequence[OrderReceived]) -> None:
    """Keep the newest version of each order; one whose print files are known is quoted anew.

    Of its address only what the cost depends on is kept. An order that is placed or cancelled is
    not quoted any more.
    """
    await transaction.execute(
        """
        INSERT INTO quote
            (order_id, changed_at, is_paid, said_at, address, lines, address_fingerprint)
        SELECT order_id, changed_at, is_paid, said_at, address, lines::jsonb, address_fingerprint
        FROM unnest(
            $1::text[], $2::timestamptz[], $3::boolean[], $4::timestamptz[], $5::jsonb[],
            $6::text[], $7::text[]
        ) AS said (order_id, changed_at, is_paid, said_at, address, lines, address_fingerprint)
        WHERE NOT EXISTS (
            SELECT FROM placement
            WHERE placement.order_id = said.order_id AND status IN ('placed', 'cancelled')
        )
        ON CONFLICT (order_id) DO UPDATE
        SET changed_at = excluded.changed_at, is_paid = excluded.is_paid,
            said_at = excluded.said_at, address = excluded.address, lines = excluded.lines,
            address_fingerprint = excluded.address_fingerprint,
            changes = quote.changes + 1, failures = 0, due_at = now(), queued_at = now(),
            status = CASE WHEN quote.prints = '{}' THEN 'incomplete' ELSE 'waiting' END
        WHERE quote.changed_at IS NULL
            OR (quote.changed_at, quote.is_paid, quote.said_at)
                < (excluded.changed_at, excluded.is_paid, excluded.said_at)
        """,
        [order.order_id for order in orders],
        [holds_from(order.changed_at, is_refunded=order.is_refunded) for order in orders],
        [order.is_paid for order in orders],
        [order.occurred_at for order in orders],
        [place_of(order.shipping_address) for order in orders],
        [LINES.dump_json(tuple(Line.all_of(order))).decode() for order in orders],
        [each.fingerprint if (each := order.shipping_address) else "" for order in orders],
    )
    transaction.wake(SIGNAL)


async def keep_corrections(
    transaction: Transaction, corrections: Sequence[AddressCorrected]
) -> None:
    """Keep where orders go instead of where the store says; those that are known are quoted anew.

    A correction holds as long as the store has the address that it replaces.
    """
    await transaction.execute(
        """
        UPDATE quote
        SET corrected_address = new.address, corrects = new.corrects,
            changes = quote.changes + 1, failures = 0, due_at = now(), queued_at = now(),
            status = CASE
                WHEN quote.changed_at IS NULL OR quote.prints = '{}' THEN 'incomplete'
                ELSE 'waiting'
            END
        FROM unnest($1::text[], $2::jsonb[], $3::text[]) AS new (order_id, address, corrects)
        WHERE quote.order_id = new.order_id
        """,
        [event.order_id for event in corrections],
        [place_of(event.shipping_address) for event in corrections],
        [event.corrects for event in corrections],
    )
    transaction.wake(SIGNAL)


def place_of(address: Address | None) -> dict[str, str] | None:
    """Write where an order goes, and not to whom."""
    nobody = dict.fromkeys(set(Address.model_fields) - set(WHERE), "")
    return address.model_dump() | nobody if address else None


async def keep_prints(transaction: Transaction, prints: Mapping[str, Mapping[str, Print]]) -> None:
    """Keep what was made for the lines of each order; an order that is known is quoted."""
    await transaction.execute(
        """
        INSERT INTO quote (order_id, prints)
        SELECT order_id, prints
        FROM unnest($1::text[], $2::jsonb[]) AS made (order_id, prints)
        ON CONFLICT (order_id) DO UPDATE
        SET prints = quote.prints || excluded.prints,
            changes = quote.changes + 1, failures = 0, due_at = now(), queued_at = now(),
            status = CASE WHEN quote.changed_at IS NULL THEN 'incomplete' ELSE 'waiting' END
        """,
        list(prints),
        [PRINTS.dump_python(dict(made), mode="json") for made in prints.values()],
    )
    transaction.wake(SIGNAL)


async def forget(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Forget orders that will not be made."""
    await transaction.execute("DELETE FROM quote WHERE order_id = ANY($1::text[])", order_ids)


async def lease_due(
    transaction: Transaction, limit: int, lease: timedelta
) -> list[Quote | Unreadable[QuoteClaim]]:
    """Take the orders that have waited longest, and hide them from others for a while."""
    rows = await transaction.fetch(
        """
        UPDATE quote
        SET attempts = attempts + 1, due_at = now() + $1
        WHERE order_id IN (
            SELECT order_id
            FROM quote
            WHERE status = 'waiting' AND due_at <= now()
            ORDER BY due_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, attempts, failures, changes, now() - queued_at AS waited, said_at,
            CASE WHEN corrects = coalesce(address_fingerprint, corrects)
                THEN corrected_address ELSE address
            END AS address,
            lines, prints, fingerprint, code
        """,
        lease,
        limit,
    )
    return read_each(rows, as_quote, as_claim)


def as_claim(row: asyncpg.Record) -> QuoteClaim:
    """Read of a row by what it is told from others."""
    names = "order_id", "attempts", "failures", "changes"
    values = {name: row[name] for name in names}
    return QuoteClaim(**values, said=(row["fingerprint"], row["code"]))


def as_quote(row: asyncpg.Record) -> Quote:
    """Read a row."""
    values = dict(row)
    address = values["address"]
    values["address"] = Address.model_validate(address) if address else None
    values["lines"] = LINES.validate_python(values["lines"])
    values["prints"] = PRINTS.validate_python(values["prints"])
    values["said"] = (values.pop("fingerprint"), values.pop("code"))
    return Quote(**values)


async def renew(transaction: Transaction, quote: Quote, lease: timedelta) -> bool:
    """Hide the order for longer; False when another attempt has taken it."""
    touched = await transaction.execute(
        """
        UPDATE quote
        SET due_at = now() + $3
        WHERE order_id = $1 AND attempts = $2 AND changes = $4 AND status = 'waiting'
        """,
        quote.order_id,
        quote.attempts,
        lease,
        quote.changes,
    )
    return touched == 1


async def postpone(
    transaction: Transaction, quote: QuoteClaim, reason: str, *, seconds: float
) -> bool:
    """Have the order tried again later; False when it has changed, or another attempt has it."""
    touched = await transaction.execute(
        """
        UPDATE quote
        SET due_at = now() + make_interval(secs => $3), reason = $4, failures = failures + 1
        WHERE order_id = $1 AND attempts = $2 AND changes = $5 AND status = 'waiting'
        """,
        quote.order_id,
        quote.attempts,
        seconds,
        reason,
        quote.changes,
    )
    return touched == 1


async def wait_for_news(transaction: Transaction, quotes: Sequence[Quote]) -> None:
    """Leave orders alone until more is heard of them."""
    await transaction.execute(
        """
        UPDATE quote
        SET status = CASE WHEN fingerprint = '' THEN 'incomplete' ELSE 'answered' END
        FROM unnest($1::text[], $2::integer[], $3::integer[])
            AS taken (order_id, attempts, changes)
        WHERE quote.order_id = taken.order_id AND quote.attempts = taken.attempts
            AND quote.changes = taken.changes AND status = 'waiting'
        """,
        [quote.order_id for quote in quotes],
        [quote.attempts for quote in quotes],
        [quote.changes for quote in quotes],
    )


async def mark_answered(
    transaction: Transaction, answered: Sequence[tuple[QuoteClaim, str, str]]
) -> set[str]:
    """Record fingerprint and code of what is said; gives the orders that nobody else has answered.

    One that has changed meanwhile is answered too, and stays due.
    """
    rows = await transaction.fetch(
        """
        UPDATE quote
        SET fingerprint = answer.fingerprint, code = answer.code, failures = 0, reason = '',
            status = CASE WHEN quote.changes = answer.changes THEN 'answered' ELSE 'waiting' END
        FROM unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[])
            AS answer (order_id, attempts, changes, fingerprint, code)
        WHERE quote.order_id = answer.order_id AND quote.attempts = answer.attempts
            AND status = 'waiting'
        RETURNING quote.order_id
        """,
        [quote.order_id for quote, _, _ in answered],
        [quote.attempts for quote, _, _ in answered],
        [quote.changes for quote, _, _ in answered],
        [fingerprint for _, fingerprint, _ in answered],
        [code for _, _, code in answered],
    )
    return {row["order_id"] for row in rows}


async def wait_for_others(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Let whoever records something else of these orders, under other locks, say it first."""
    for table in ("placement", "provider_order"):
        await transaction.execute(
            f"SELECT FROM {table} WHERE order_id = ANY($1::text[]) ORDER BY order_id FOR SHARE",
            order_ids,
        )
