"""The SQL of what services could not take in or not publish."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import asyncpg

from services.approval.domain.failures import Failure, Failures
from services.approval.store.letters import find_numbers
from services.approval.store.saving import SIGNAL
from shared.database import Transaction
from shared.events import FailureEnded, FailureFound
from shared.letter_news import is_order

LISTED_MAX = 100
NEWEST_MAX = 20


async def keep(transaction: Transaction, found: Sequence[FailureFound]) -> None:
    """Keep what was found; what had been asked about is no more, for it failed again."""
    newest = {event.key: event for event in found}.values()
    await transaction.executemany(
        """
        INSERT INTO failure
            (service, kind, name, subject, shop, reason, since, size_bytes, found_at, can_retry,
            can_drop, waiting)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (service, kind, name) DO UPDATE
        SET subject = excluded.subject, shop = excluded.shop, reason = excluded.reason,
            since = excluded.since, size_bytes = excluded.size_bytes,
            can_retry = excluded.can_retry, can_drop = excluded.can_drop,
            waiting = excluded.waiting,
            found_at = excluded.found_at, asked_at = NULL, asked_by = NULL, changed_at = now()
        """,
        [
            (
                each.service,
                each.kind,
                each.name,
                each.subject,
                each.shop,
                each.reason,
                each.since,
                each.size_bytes,
                each.occurred_at,
                each.can_retry,
                each.can_drop,
                each.waiting,
            )
            for each in sorted(newest, key=lambda event: event.key)
        ],
    )
    transaction.wake(SIGNAL)


async def end(transaction: Transaction, ended: Iterable[FailureEnded]) -> None:
    """Forget what nobody need act on any more."""
    await transaction.executemany(
        "DELETE FROM failure WHERE service = $1 AND kind = $2 AND name = $3",
        sorted((each.service, each.kind, each.name) for each in ended),
    )
    transaction.wake(SIGNAL)


async def find(transaction: Transaction, order_id: str = "") -> list[Failures]:
    """Give what waits for a person, the oldest first, and then what was asked about.

    Of one order it is only what is named after it; each then stands for itself.
    """
    rows = await transaction.fetch(
        """
        SELECT alike.*, coalesce(title, '') AS title
        FROM (
            SELECT *,
                CASE kind
                    WHEN 'delivery' THEN ''
                    -- The topic and the key, or a topic alone.
                    WHEN 'held_promise' THEN substring(name FROM '/(.*)')
                    ELSE name
                END AS of,
                count(*) OVER whole AS count,
                min(since) OVER whole AS first,
                max(since) OVER whole AS last,
                max(found_at) OVER whole AS seen,
                row_number() OVER (
                    PARTITION BY likeness, asked_at IS NULL ORDER BY since DESC, name
                ) AS place
            FROM failure
            WHERE $3 IN ('', name, substring(name FROM '/(.*)'))
            WINDOW whole AS (PARTITION BY likeness, asked_at IS NULL)
        ) AS alike
        LEFT JOIN product ON product_id = of
        WHERE place <= $1
        ORDER BY asked_at IS NOT NULL, first, likeness, place
        LIMIT $2
        """,
        NEWEST_MAX,
        LISTED_MAX * NEWEST_MAX,
        order_id,
    )
    orders = {row["of"] for row in rows if is_order(row["of"] or "")}
    numbers = await find_numbers(transaction, sorted(orders))
    groups = groupby(rows, key=lambda row: (row["likeness"], row["asked_at"] is None))
    return [as_failures(list(alike), numbers) for _, alike in groups][:LISTED_MAX]


def as_failures(alike: Sequence[asyncpg.Record], numbers: Mapping[str, str]) -> Failures:
    """Read rows of what is alike, the newest first."""
    first = alike[0]
    shared = {name: first[name] for name in Failures.__dataclass_fields__ if name != "newest"}
    shared["waiting"] = sum(row["waiting"] for row in alike)
    return Failures(**shared, newest=[as_failure(row, numbers) for row in alike])


def as_failure(row: asyncpg.Record, numbers: Mapping[str, str]) -> Failure:
    """Read a row, and call an order by its number."""
    of = row["of"] or ""
    return Failure(
        name=row["name"],
        title=row["title"] or numbers.get(of, ""),
        since=row["since"],
        size_bytes=row["size_bytes"],
        order_id=of if of in numbers else "",
    )


async def ask(
    transaction: Transaction,
    likeness: str,
    *,
    seen: datetime,
    was_asked: bool,
    who: str,
    name: str = "",
) -> list[tuple[str, str, str]]:
    """Note that somebody asked about what is alike and was seen; give service, kind and name.

    With a name it is only what is called so.
    """
    rows = await transaction.fetch(
        """
        UPDATE failure
        SET asked_at = now(), asked_by = $4, changed_at = now()
        WHERE likeness = $1 AND found_at <= $2 AND (asked_at IS NOT NULL) = $3
            AND $5 IN ('', name)
        RETURNING service, kind, name, subject
        """,
        likeness,
        seen,
        was_asked,
        who,
        name,
    )
    transaction.wake(SIGNAL)
    return sorted((row["service"], row["kind"], row["name"]) for row in rows)


async def find_each(statement: Transaction, limit: int) -> list[dict[str, object]]:
    """Give failures one by one, the oldest first."""
    rows = await statement.fetch(
        """
        SELECT service, kind, name, subject, shop, reason, since, size_bytes, can_retry,
            can_drop AS can_give_up, waiting, asked_at, asked_by
        FROM failure
        ORDER BY since, service, kind, name
        LIMIT $1
        """,
        limit,
    )
    return [dict(row) for row in rows]


async def ask_by_name(
    transaction: Transaction,
    service: str,
    kind: str,
    names: Sequence[str],
    *,
    who: str,
    gives_up: bool,
) -> list[str]:
    """Note that somebody asked about these; give the names of those that wait and can be asked."""
    rows = await transaction.fetch(
        """
        UPDATE failure
        SET asked_at = now(), asked_by = $4, changed_at = now()
        WHERE service = $1 AND kind = $2 AND name = ANY($3::text[]) AND can_retry
            AND (can_drop OR NOT $5)
        RETURNING name
        """,
        service,
        kind,
        names,
        who,
        gives_up,
    )
    transaction.wake(SIGNAL)
    return sorted(row["name"] for row in rows)


async def is_delivery(transaction: Transaction, name: str) -> bool:
    """Tell whether a webhook of this name waits for a person."""
    found: bool = await transaction.fetchval(
        "SELECT EXISTS (SELECT FROM failure WHERE kind = 'delivery' AND name = $1)", name
    )
    return found
