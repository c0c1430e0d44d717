"""The outbox as the relay reads it: what is promised, what was published, and what is held."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import asyncpg
from msgspec.json import Decoder

from shared.cloudevents import Attribute
from shared.database import Database
from shared.handing import Promise
from shared.pooling import Connection

NOTHING_KNOWN: Mapping[int, Promise] = MappingProxyType({})

read_headers = Decoder(tuple[Attribute, ...]).decode


async def connect(
    database: Database, still_seconds_max: float
) -> "asyncpg.Connection[asyncpg.Record]":
    """Open the connection of a relay, which Postgres cuts when nothing is asked by it for so long.

    What it drops need not be on disk: a promise that comes back after a crash goes out twice, and
    each inbox sees that. And it reads no table as a whole: Postgres would plan so while the outbox
    is empty, and read all that was dropped again and again once a burst has come. For the same
    reason each look is planned anew: one that was planned at rest reads a backlog to its end. What
    can only be read as a whole is so costly to Postgres 17 that it would be compiled each time.
    """
    return await database.connect(
        enable_seqscan="off",
        jit="off",
        plan_cache_mode="force_custom_plan",
        synchronous_commit="off",
        idle_session_timeout=f"{still_seconds_max:.3f}s",
    )


async def find_promises(
    connection: Connection,
    limit: int,
    kept: Sequence[int] = (),
    own: Mapping[int, Promise] = NOTHING_KNOWN,
) -> list[Promise]:
    """Drop the promises that were kept, and give the oldest of the others.

    Every visible one is found, by no cursor, so none is skipped. Those that are our `own` need not
    be read: in a burst that is half of what finding them costs.
    """
    ids: list[int] | None = await connection.fetchval(
        """
        WITH kept AS MATERIALIZED (
            SELECT unnest($2::bigint[]) AS id
        ), dropped AS (
            DELETE FROM outbox
            USING kept
            WHERE outbox.id = kept.id
        )
        SELECT array_agg(id ORDER BY id)
        FROM (
            SELECT id
            FROM outbox
            WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = outbox.id)
            ORDER BY id
            LIMIT $1
        ) AS oldest
        """,
        limit,
        kept,
    )
    found = {id_: own.get(id_) for id_ in ids or ()}
    if others := [id_ for id_, promise in found.items() if promise is None]:
        found |= {promise.id: promise for promise in await read_promises(connection, others)}
    return [promise for promise in found.values() if promise is not None]


async def read_promises(connection: Connection, ids: Sequence[int]) -> list[Promise]:
    """Give the promises of these ids."""
    rows = await connection.fetch(
        "SELECT id, topic, key, headers, value FROM outbox WHERE id = ANY($1::bigint[])", ids
    )
    return as_promises(rows)


def as_promises(rows: Iterable[asyncpg.Record]) -> list[Promise]:
    """Read promises from their rows."""
    return [
        Promise(id_, topic, key, read_headers(headers), value)
        for id_, topic, key, headers, value in rows
    ]


async def hold(connection: Connection, ids: Sequence[int]) -> None:
    """Move promises that cannot be published now out of the way of the others."""
    await connection.execute(
        """
        WITH moved AS (
            DELETE FROM outbox
            WHERE id = ANY($1::bigint[])
            RETURNING id, topic, key, headers, value
        )
        INSERT INTO held_promise (id, topic, key, headers, value)
        SELECT id, topic, key, headers, value
        FROM moved
        """,
        ids,
    )


async def find_held(
    connection: Connection, line: tuple[str, str | None], others: Sequence[str], limit: int
) -> list[Promise]:
    """Give the oldest held promises of a topic, or of one of its keys; none of the other keys."""
    rows = await connection.fetch(
        """
        SELECT id, topic, key, headers, value
        FROM held_promise
        WHERE topic = $1 AND ($2::text IS NULL OR key = $2) AND key <> ALL($3::text[])
        ORDER BY id
        LIMIT $4
        """,
        *line,
        others,
        limit,
    )
    return as_promises(rows)


async def find_held_topics(
    connection: Connection, lines: Sequence[tuple[str, str | None]]
) -> list[str]:
    """Name the topics of which something is held that is in none of these lines."""
    rows = await connection.fetch(
        """
        SELECT DISTINCT topic
        FROM held_promise
        WHERE NOT EXISTS (
            SELECT
            FROM unnest($1::text[], $2::text[]) AS line (topic, key)
            WHERE line.topic = held_promise.topic
                AND (line.key IS NULL OR line.key = held_promise.key)
        )
        """,
        [topic for topic, _ in lines],
        [key for _, key in lines],
    )
    return [row["topic"] for row in rows]


async def drop_held(connection: Connection, ids: Sequence[int]) -> None:
    """Drop promises that were held and are published."""
    await connection.execute("DELETE FROM held_promise WHERE id = ANY($1::bigint[])", ids)


async def lead_or_tell(connection: Connection, *, tell: bool = False) -> bool:
    """Take the right to relay this service's outbox; False while another connection has it.

    That one is then told, if asked for, that something is promised.
    """
    leads: bool = await connection.fetchval(
        """
        SELECT CASE
            WHEN pg_try_advisory_lock(hashtext(current_schema() || '.outbox')) THEN true
            WHEN $1 THEN pg_notify(current_schema() || '.outbox', '') IS NULL
            ELSE false
        END
        """,
        tell,
    )
    return leads


async def listen(
    connection: "asyncpg.Connection[asyncpg.Record]", is_told: Callable[[], None]
) -> None:
    """Have `is_told` called when another connection tells of a promise."""
    channel = await connection.fetchval("SELECT current_schema() || '.outbox'")
    await connection.add_listener(channel, lambda *_: is_told())
