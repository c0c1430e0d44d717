"""Events that could not be applied, kept with the later events of the same order behind them.

Of an order's letters the others hear: that there are some, that a replay failed, and that there are
none any more. Nothing is said of letters that are such news themselves, so no news breeds news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import ConsumerRecord
from pydantic_core import to_json

from shared import outbox
from shared.cloudevents import Headers, Message
from shared.database import Transaction
from shared.events import EVENTS, Event, EventSetAside, EventsReplayed, ReplayRequested

SIGNAL = "dead_letter"
NEWS: tuple[type[Event], ...] = (EventSetAside, EventsReplayed)
"""What every service says that hears of orders."""
ABOUT_LETTERS = {"EventSetAside", "EventsReplayed", "ReplayRequested"}
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


async def say_set_aside(transaction: Transaction, key: str, kind: str, reason: str) -> None:
    """Tell everybody that an order's event waits here for a person."""
    topic = EVENTS[kind].topic if kind in EVENTS else EventSetAside.topic
    if topic == EventSetAside.topic and kind not in ABOUT_LETTERS and is_order(key):
        said = EventSetAside(
            order_id=key, service=transaction.service, type=kind, reason=in_public(reason)
        )
        await outbox.add(transaction, said)


async def say_replayed(transaction: Transaction, key: str) -> None:
    """Tell everybody when no event of an order waits here any more."""
    left = await transaction.fetchval("SELECT EXISTS (SELECT FROM dead_letter WHERE key = $1)", key)
    if not left and is_order(key):
        await outbox.add(transaction, EventsReplayed(order_id=key, service=transaction.service))


def is_order(key: str) -> bool:
    """Tell whether the key is an order's id, written as every service writes it."""
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def in_public(reason: str) -> str:
    """Give the kind of error: what follows it may quote the event, and so a shopper."""
    return reason.partition(":")[0]


def explanation(record: ConsumerRecord, service: str, reason: str) -> tuple[tuple[str, str], ...]:
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
        """
        SELECT key
        FROM dead_letter
        WHERE replay_requested_at IS NOT NULL
        ORDER BY replay_requested_at
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """
    )
    if key is None:
        return []
    await transaction.execute("SELECT FROM dead_letter WHERE key = $1 FOR UPDATE", key)
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
    count = await transaction.execute("DELETE FROM dead_letter WHERE key = $1", key)
    if count:
        await say_replayed(transaction, key)
    return count


async def replay_as_asked(transaction: Transaction, wishes: Sequence[ReplayRequested]) -> None:
    """Do as a person asked of this service; wishes to others are none of its business."""
    for wish in wishes:
        if wish.service == transaction.service:
            await request_replay(transaction, wish.key)


async def request_replay(transaction: Transaction, key: str) -> int:
    """Ask the service to apply the key's letters again, oldest first."""
    transaction.wake(SIGNAL)
    return await transaction.execute(
        """
        UPDATE dead_letter
        SET replay_requested_at = now()
        WHERE key = $1
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
