"""The outbox: what a transaction says is stored with what it does, and published afterwards."""

from collections.abc import Callable, Iterable, Sequence

import asyncpg
from msgspec.json import Decoder
from msgspec.json import encode as to_json

from shared import handing
from shared.cloudevents import Attribute, Message, encode
from shared.database import Transaction
from shared.events import Event
from shared.handing import Promise
from shared.pooling import Connection

SIGNAL = "outbox"
"""Wakes the relay. What only informs wakes it later: it is published with what is said next, and at
low rates that spares everybody who hears it a waking."""

read_headers = Decoder(tuple[Attribute, ...]).decode

MESSAGE_BYTES_MAX = 1_000_000
"""What a broker takes by default, less its own overhead."""


class TooLarge(Exception):
    """An event that no broker would take; promised once, it would hold up all that follow."""


async def add(transaction: Transaction, events: Event | Iterable[Event]) -> None:
    """Promise to say the events, in this order, if the transaction commits.

    Lock the row of the order before: then the order of ids is the order of commits within it.
    """
    said = (events,) if isinstance(events, Event) else events
    await add_messages(transaction, [encode(event, transaction.service) for event in said])


async def add_messages(transaction: Transaction, messages: Sequence[Message]) -> None:
    """Promise to publish messages that are already written."""
    if not messages:
        return
    await transaction.execute(
        """
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM unnest($1::text[], $2::text[], $3::json[], $4::bytea[])
            WITH ORDINALITY AS said (topic, key, headers, value, place)
        ORDER BY place
        """,
        *columns(messages),
    )
    transaction.wake(SIGNAL)


def columns(messages: Sequence[Message]) -> tuple[list[str], list[str], list[str], list[bytes]]:
    """Give topic, key, headers and value for a statement that promises as part of what it does.

    Raises TooLarge; whoever runs the statement wakes SIGNAL if somebody waits for the events.
    """
    headers = [to_json(message.headers).decode() for message in messages]
    for message, written in zip(messages, headers, strict=True):
        # A character has four bytes at most, so mostly nothing need be counted.
        if 4 * (len(message.key) + len(written)) + len(message.value) > MESSAGE_BYTES_MAX:
            refuse_too_large(message)
    return (
        [message.topic for message in messages],
        [message.key for message in messages],
        headers,
        [message.value for message in messages],
    )


def asked(place: int) -> str:
    """Write the column by which a statement finds out whether its promises can be handed over.

    The statement promises by a common table expression `said` that returns ids and whose rows come
    from its locks of their orders, and takes at this place what `Handing.known` gives. What the
    column `promised` holds is for `hand_over`.
    """
    return f"(SELECT promised_alone(${place}::bigint[], count(*)) FROM said) AS promised"  # noqa: S608


def hand_over(
    transaction: Transaction,
    messages: Sequence[Message],
    promised: Sequence[int] | None,
    *,
    at_leisure: bool = False,
) -> None:
    """Have promises published once they are committed: handed to the relay, if they can be.

    At leisure means that nobody acts on them: they go out with what is said next.
    """
    database = transaction.database
    wake = database.fire_later if at_leisure else database.fire
    promises = [
        Promise(id_, message.topic, message.key, message.headers, message.value)
        for id_, message in zip(promised or (), messages, strict=False)
    ]

    def hand() -> None:
        is_all = len(promises) == len(messages)
        is_handed = is_all and database.handing.hand(promises)
        wake(handing.SIGNAL if is_handed else SIGNAL)

    transaction.after_commit(hand)


def refuse_too_large(message: Message) -> None:
    """Raise TooLarge before a message is promised that cannot be published."""
    size = size_of(message)
    if size > MESSAGE_BYTES_MAX:
        kind = dict(message.headers).get("ce_type", "message")
        raise TooLarge(f"{kind} of {size} bytes: at most {MESSAGE_BYTES_MAX} are published")


def size_of(message: Message) -> int:
    """Count the bytes that a message has on the stream."""
    headers = sum(len(name) + len(value.encode()) for name, value in message.headers)
    return len(message.key.encode()) + len(message.value) + headers


async def find_promises(
    connection: Connection, limit: int, kept: Sequence[int] = ()
) -> list[Promise]:
    """Drop the promises that were kept, and give the oldest of the others.

    Every visible one is read, by no cursor, so none is skipped.
    """
    rows = await connection.fetch(
        """
        WITH kept AS MATERIALIZED (
            SELECT unnest($2::bigint[]) AS id
        ), dropped AS (
            DELETE FROM outbox
            USING kept
            WHERE outbox.id = kept.id
        )
        SELECT id, topic, key, headers, value
        FROM outbox
        WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = outbox.id)
        ORDER BY id
        LIMIT $1
        """,
        limit,
        kept,
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
