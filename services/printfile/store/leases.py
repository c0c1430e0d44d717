"""The turns of waiting lines: each shop's fair share, taken for a while, and how they end."""

from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from services.printfile.domain.jobs import Claim, Item, Pin
from services.printfile.store.items import SIGNAL
from shared.database import Transaction
from shared.events import LineItem
from shared.unexpected import Unreadable, read_each

SHARE_MIN = 4
"""Lines of a shop that may be taken at once, however many shops wait."""


LEASE = """
    WITH RECURSIVE waiting AS (
        (SELECT shop FROM item WHERE status = 'waiting' ORDER BY shop LIMIT 1)
        UNION ALL
        SELECT (
            SELECT item.shop
            FROM item
            WHERE item.status = 'waiting' AND item.shop > waiting.shop
            ORDER BY item.shop
            LIMIT 1
        )
        FROM waiting
        WHERE waiting.shop IS NOT NULL
    ), due AS (
        SELECT line.*, row_number() OVER (PARTITION BY waiting.shop ORDER BY turn_at) AS turn
        FROM waiting
        CROSS JOIN LATERAL (
            SELECT order_id, line_item_id, turn_at
            FROM item
            WHERE item.shop = waiting.shop AND status = 'waiting' AND due_at <= now()
            ORDER BY turn_at
            LIMIT (SELECT greatest($3, ceil($2::float / count(shop))::integer) FROM waiting)
            FOR UPDATE SKIP LOCKED
        ) AS line
    ), taken AS (
        SELECT order_id, line_item_id FROM due ORDER BY turn, random() LIMIT $2
    )
    UPDATE item
    SET attempts = attempts + 1, due_at = now() + $1
    FROM taken
    WHERE item.order_id = taken.order_id AND item.line_item_id = taken.line_item_id
        AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'
    RETURNING item.order_id, item.line_item_id, item.fingerprint, shop, line::text,
        attempts, failures, unexpected, queued_at,
        product_id, variant_id, template_version,
        coalesce(
            (
                SELECT product.is_personalized
                FROM product
                WHERE product.product_id = item.product_id
            ),
            false
        ) AS is_personalized
"""


async def lease_due(
    transaction: Transaction, limit: int, lease: timedelta
) -> list[Item | Unreadable[Claim]]:
    """Take lines that are due, and hide them from others for a while.

    Each shop that waits has its share, and who comes first is left to chance: a shop with
    thousands of lines holds up nobody else. The shops are found by one step of the index each.
    The lease need not be on disk: after a crash of the database the line is drawn once more.
    """
    rows = await transaction.fetch(
        LEASE,
        lease,
        limit,
        SHARE_MIN,
    )
    return read_each(rows, as_item, as_claim)


def as_item(row: asyncpg.Record) -> Item:
    """Read a row."""
    values = dict(row)
    del values["line_item_id"], values["fingerprint"]
    pinned = [values.pop(name) for name in ("product_id", "variant_id", "template_version")]
    values["line"] = LineItem.model_validate_json(values["line"])
    return Item(**values, pin=None if pinned[0] is None else Pin(*pinned))


def as_claim(row: asyncpg.Record) -> Claim:
    """Read of a row what is no shopper's word."""
    return Claim(**{name: row[name] for name in Claim.__slots__})


async def renew(transaction: Transaction, item: Item, lease: timedelta) -> bool:
    """Hide the line for longer; False when another attempt has taken it."""
    renewed = await transaction.execute(
        """
        UPDATE item
        SET due_at = now() + $4
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        item.order_id,
        item.line.line_item_id,
        item.attempts,
        lease,
    )
    return renewed > 0


async def mark_ready(transaction: Transaction, made: Sequence[Item]) -> set[tuple[str, str]]:
    """Record that the files of these lines are made; give the lines by order and line item.

    One that has changed or was taken meanwhile is left out.
    """
    rows = await transaction.fetch(
        """
        UPDATE item
        SET status = 'ready', code = '', reason = ''
        FROM unnest($1::text[], $2::text[], $3::integer[])
            AS made (order_id, line_item_id, attempts)
        WHERE item.order_id = made.order_id AND item.line_item_id = made.line_item_id
            AND item.attempts = made.attempts AND item.status = 'waiting'
        RETURNING item.order_id, item.line_item_id
        """,
        [item.order_id for item in made],
        [item.line.line_item_id for item in made],
        [item.attempts for item in made],
    )
    return {(row["order_id"], row["line_item_id"]) for row in rows}


async def mark_failed(transaction: Transaction, claim: Claim, code: str, reason: str) -> bool:
    """Record why the files cannot be made; False when the line has changed or was taken."""
    ended = await transaction.execute(
        """
        UPDATE item
        SET status = 'failed', code = $4, reason = $5
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        claim.order_id,
        claim.line_item_id,
        claim.attempts,
        code,
        reason,
    )
    return ended > 0


async def wait(
    transaction: Transaction, claim: Claim, reason: str, *, first: float, last: float
) -> None:
    """Have the line tried again later, which is no failure of it.

    It waits as long again as it has waited, and between `first` and `last` seconds.
    """
    await transaction.execute(
        """
        UPDATE item
        SET due_at = now() + pause, turn_at = now() + pause, reason = $6
        FROM (
            SELECT least(greatest(now() - queued_at, $4), $5) AS pause
            FROM item
            WHERE order_id = $1 AND line_item_id = $2
        ) AS waited
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        claim.order_id,
        claim.line_item_id,
        claim.attempts,
        timedelta(seconds=first),
        timedelta(seconds=last),
        reason,
    )


async def mark_waiting(transaction: Transaction, claim: Claim, code: str) -> bool:
    """Record for what the line waits; False when that was so before, or as above."""
    marked = await transaction.execute(
        """
        UPDATE item
        SET code = $4
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
            AND code <> $4
        """,
        claim.order_id,
        claim.line_item_id,
        claim.attempts,
        code,
    )
    return marked > 0


async def give_back(transaction: Transaction, item: Item) -> None:
    """Have the line taken again at once."""
    await transaction.execute(
        """
        UPDATE item
        SET due_at = now()
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        item.order_id,
        item.line.line_item_id,
        item.attempts,
    )
    transaction.wake(SIGNAL)


async def postpone(
    transaction: Transaction,
    claim: Claim,
    reason: str,
    *,
    seconds: float,
    is_unexpected: bool = False,
) -> bool:
    """Have the line tried again later; False as above."""
    postponed = await transaction.execute(
        """
        UPDATE item
        SET due_at = now() + make_interval(secs => $4),
            turn_at = now() + make_interval(secs => $4), reason = $5, failures = failures + 1,
            unexpected = unexpected + $6::boolean::integer
        WHERE order_id = $1 AND line_item_id = $2 AND attempts = $3 AND status = 'waiting'
        """,
        claim.order_id,
        claim.line_item_id,
        claim.attempts,
        seconds,
        reason,
        is_unexpected,
    )
    return postponed > 0
