"""Events that could not be applied, kept with the later events of the same order behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import ConsumerRecord
from pydantic_core import to_json

from shared import outbox
from shared.cloudevents import Headers, Message
from shared.database import Transaction
from shared.events import ReplayRequested
from shared.letter_news import say_ended, say_replayed, say_set_aside
from shared.unread import Unread

SIGNAL = "dead_letter"
ASKED = "replay_requested_at IS NOT NULL"
DUE = f"EXISTS (SELECT FROM dead_letter WHERE {ASKED})"
REASON_MAX = 2000
KEY_MAX = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A record that could not be applied, and why."""

    record: ConsumerRecord
    event_id: str
    type: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A dead letter as it lies in the table."""

    id: int
    event_id: str
    type: str
    key: str
    value: bytes


def text_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Write headers as text, whatever bytes they were."""
    return tuple(
        (name, (value or b"").decode(errors="backslashreplace")) for name, value in headers
    )


def fit_text(text: str) -> str:
    """Write a text so that Postgres can keep it, whatever a broken record made of it."""
    return text.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")


async def set_aside(transaction: Transaction, letter: Letter, attempts: int) -> None:
    """Keep the record for a person, and tell the stream's operators on the dead-letter topic."""
    record = letter.record
    headers = text_headers(record.headers)
    value = record.value or b""
    key, reason = fit_text(letter.key)[:KEY_MAX], fit_text(letter.reason)[:REASON_MAX]
    # Who replays the key's letters would say that there are none any more, and not see this one.
    await transaction.execute("SELECT FROM dead_letter WHERE key = $1 ORDER BY id FOR SHARE", key)
    kept = await transaction.execute(
        """
        INSERT INTO dead_letter
            (event_id, type, key, topic, partition, record_offset, headers, value, reason, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING
        """,
        letter.event_id,
        letter.type,
        key,
        record.topic,
        record.partition,
        record.offset,
        to_json(headers).decode(),
        value,
        reason,
        attempts,
    )
    if kept:
        topic = f"{record.topic}-{transaction.service}-dlt"
        why = explanation(record, transaction.service, reason)
        message = Message(topic, key, headers + why, value)
        if outbox.size_of(message) > outbox.MESSAGE_BYTES_MAX:
            message = Message(topic, key, why, b"")
        await outbox.add_messages(transaction, [message])
        if await is_first(transaction, key):
            await say_set_aside(transaction, key, letter.type, reason)


async def is_first(transaction: Transaction, key: str) -> bool:
    """Tell whether no other letter of the key was there before."""
    count: int = await transaction.fetchval("SELECT count(*) FROM dead_letter WHERE key = $1", key)
    return count == 1


def explanation(
    record: ConsumerRecord | Unread, service: str, reason: str
) -> tuple[tuple[str, str], ...]:
    """Say where the record lay and what went wrong, in the headers that Spring made customary."""
    return (
        ("kafka_dlt-original-topic", record.topic),
        ("kafka_dlt-original-partition", str(record.partition)),
        ("kafka_dlt-original-offset", str(record.offset)),
        ("kafka_dlt-original-consumer-group", service),
        ("kafka_dlt-exception-message", reason),
    )


async def lock_next_requested(transaction: Transaction) -> list[KeptLetter]:
    """Give all letters of one key that a person wants replayed, oldest first, locked.

    They are read again once they are locked: a letter that was set aside behind them meanwhile
    must not be left over, and none can be set aside from now on.
    """
    key = await transaction.fetchval(
        f"""
        SELECT key
        FROM dead_letter
        WHERE {ASKED}
        ORDER BY replay_requested_at, id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """  # noqa: S608 - there are no values
    )
    if key is None:
        return []
    await transaction.execute("SELECT FROM dead_letter WHERE key = $1 ORDER BY id FOR UPDATE", key)
    rows = await transaction.fetch(
        """
        SELECT id, event_id, type, key, value
        FROM dead_letter
        WHERE key = $1
        ORDER BY id
        """,
        key,
    )
    return [KeptLetter(**row) for row in rows]


async def drop(transaction: Transaction, ids: Sequence[int]) -> int:
    """Forget letters: they were applied, or a person gave them up."""
    return await transaction.execute("DELETE FROM dead_letter WHERE id = ANY($1::bigint[])", ids)


async def give_up(transaction: Transaction, key: str) -> int:
    """Forget every letter of the key, whose effects never happen; give how many there were."""
    rows = await transaction.fetch(
        "DELETE FROM dead_letter WHERE key = $1 RETURNING id, type AS kind", key
    )
    if rows:
        await say_replayed(transaction, key, min(rows, key=lambda row: row["id"])["kind"])
    return len(rows)


async def replay_as_asked(transaction: Transaction, wishes: Sequence[ReplayRequested]) -> None:
    """Do as a person asked of this service; wishes to others are none of its business."""
    for wish in wishes:
        if wish.service == transaction.service:
            await request_replay(transaction, wish.key)


async def replay_by_name(transaction: Transaction, keys: Sequence[str], _who: str) -> None:
    """Do as a person asked who saw them among the failures."""
    for key in keys:
        if not await request_replay(transaction, key):
            await say_ended(transaction, key)


async def give_up_by_name(transaction: Transaction, keys: Sequence[str], _who: str) -> None:
    """Do as a person asked who gives them up."""
    for key in keys:
        if not await give_up(transaction, key):
            await say_ended(transaction, key)


async def request_replay(transaction: Transaction, key: str) -> int:
    """Ask the service to apply the key's letters again, oldest first."""
    transaction.wake(SIGNAL)
    return await transaction.execute(
        """
        UPDATE dead_letter
        SET replay_requested_at = now()
        WHERE id IN (SELECT id FROM dead_letter WHERE key = $1 ORDER BY id FOR UPDATE)
        """,
        key,
    )


async def keep_after_replay(transaction: Transaction, letter: KeptLetter, reason: str) -> None:
    """Record that a letter still cannot be applied, say so, and end the request to replay."""
    reason = fit_text(reason)[:REASON_MAX]
    await transaction.execute(
        """
        UPDATE dead_letter
        SET replay_requested_at = NULL,
            attempts = attempts + (id = $1)::integer,
            reason = CASE WHEN id = $1 THEN $2 ELSE reason END
        WHERE key = $3
        """,
        letter.id,
        reason,
        letter.key,
    )
    await say_set_aside(transaction, letter.key, letter.type, reason)
