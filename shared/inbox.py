"""The inbox: an event's effect happens once, however often the event is delivered."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from uuid import UUID

import asyncpg

from shared import outbox
from shared.database import Database, Transaction
from shared.effect import Claim, Effect, OtherwiseThanExpected

KEPT = timedelta(days=8)
"""Longer than the stream keeps an event: what is forgotten cannot be delivered again."""

FORGOTTEN_AT_ONCE = 5_000
FORGET_SECONDS = 3600.0


async def forget(transaction: Transaction, now: datetime) -> int:
    """Forget some of the events that were said and heard too long ago; give how many.

    Ids grow with time, so what goes is the left edge of the primary key's index.
    """
    oldest_kept = now - KEPT
    return await transaction.execute(
        """
        DELETE FROM inbox
        WHERE event_id IN (
            SELECT event_id
            FROM inbox
            WHERE event_id < $1 AND heard_at < $2
            ORDER BY event_id
            LIMIT $3
            FOR UPDATE SKIP LOCKED
        )
        """,
        first_id_of(oldest_kept),
        oldest_kept,
        FORGOTTEN_AT_ONCE,
    )


async def forget_next(database: Database) -> int:
    """Forget some old events."""
    async with database.statement() as transaction:
        return await forget(transaction, datetime.now(UTC))


def first_id_of(moment: datetime) -> UUID:
    """Give the smallest id (UUID version 7) that an event of this moment can have."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


CLAIM = """
    parked AS MATERIALIZED (
        SELECT key
        FROM dead_letter
        WHERE key = ANY($2::text[])
        ORDER BY id
        FOR SHARE
    ), claimed AS (
        INSERT INTO inbox (event_id)
        SELECT event_id
        FROM unnest($1::uuid[], $2::text[]) AS came (event_id, key)
        WHERE key NOT IN (SELECT key FROM parked)
        ON CONFLICT DO NOTHING
        RETURNING event_id
    )
"""
FOUND = """
    (
        SELECT event_id::text AS name, false AS is_parked FROM claimed
        UNION ALL
        SELECT key, true FROM parked
    ) AS found
"""


NO_LETTER_WENT = """
    (SELECT count(*) FROM parked)
        = (SELECT count(*) FROM dead_letter WHERE key = ANY($2::text[]))
"""
"""What a replay did that was waited for is not seen by the statement that waited."""

NOTHING = "NULL::jsonb"
NONE_PROMISED = "NULL AS promised, NULL AS is_alone"
CLAIM_ONLY = f"WITH {CLAIM} SELECT name, is_parked FROM {FOUND}"  # noqa: S608 - both are above


async def claim(transaction: Transaction, keys: Mapping[str, str]) -> Claim:
    """Take the events, given with their keys, that nobody has heard yet.

    None of a key that has a dead letter is taken, and the letter is kept from being replayed now.
    A claim by another transaction that is still open is waited for: if it commits the event has
    been heard, if it rolls back the event is ours.
    """
    rows = await transaction.fetch(CLAIM_ONLY, *of(keys))
    return read_claim(rows)


async def claim_and_apply(
    transaction: Transaction, keys: Mapping[str, str], effect: Effect
) -> Claim:
    """Take the events as `claim` does, and let those that were taken have their effect.

    Raises OtherwiseThanExpected.
    """
    leases = effect.leases
    known = transaction.database.handing.known(effect.said or ())
    with leases.kept() if leases else nullcontext():
        try:
            rows = await transaction.fetch(
                statement_of(
                    effect.sql,
                    effect.requires,
                    leases.gives if leases else NOTHING,
                    NONE_PROMISED if effect.said is None else outbox.asked(3 + len(effect.values)),
                ),
                *of(keys),
                *effect.values,
                *(() if effect.said is None else (known,)),
            )
        except asyncpg.DivisionByZeroError as error:
            raise OtherwiseThanExpected from error
        is_all_begun = leases.begin(rows[0]["given"]) if leases else False
    taken = read_claim(rows, rows[0]["transaction_id"])
    if effect.said:
        outbox.hand_over(transaction, effect.said, rows[0])
    for signal in () if is_all_begun else effect.signals:
        transaction.wake(signal)
    if effect.after_commit is not None:
        transaction.after_commit(partial(effect.after_commit, taken))
    return taken


@cache
def statement_of(sql: str, requires: str, gives: str, promised: str) -> str:
    """Write the statement that claims events and does what they do; neither part has a value.

    There is a row even when nothing was found: without one, nobody would ask what is required.
    """
    return f"""
        WITH {CLAIM}, {sql}
        SELECT name, is_parked, pg_current_xact_id()::text AS transaction_id,
            1 / (({requires}) IS TRUE AND {NO_LETTER_WENT})::integer AS is_as_expected,
            {gives} AS given,
            {promised}
        FROM (SELECT) AS once
        LEFT JOIN {FOUND} ON true
    """  # noqa: S608 - values are parameters


def of(keys: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Give the events and their keys as columns, in the order in which ids are locked."""
    event_ids = sorted(keys)
    return event_ids, [keys[event_id] for event_id in event_ids]


def read_claim(rows: Sequence[asyncpg.Record], transaction_id: str = "") -> Claim:
    """Read what was found."""
    return Claim(
        events=frozenset(row["name"] for row in rows if row["is_parked"] is False),
        parked=frozenset(row["name"] for row in rows if row["is_parked"]),
        transaction_id=transaction_id,
    )


async def claim_parked(transaction: Transaction, event_id: str) -> bool:
    """Take an event whose key has a dead letter: its own; False when it has been heard."""
    return bool(
        await transaction.execute(
            "INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING", event_id
        )
    )


async def find_heard(transaction: Transaction, event_ids: Sequence[str]) -> set[str]:
    """Give those among the events that have been heard."""
    if not event_ids:
        return set()
    rows = await transaction.fetch(
        """
        SELECT event_id::text AS event_id
        FROM inbox
        WHERE event_id = ANY($1::uuid[])
        """,
        event_ids,
    )
    return {row["event_id"] for row in rows}
