"""The outbox: what a transaction says is stored with what it does, and published afterwards."""

from collections.abc import Iterable, Sequence

import asyncpg
from msgspec.json import encode as to_json

from shared import handing
from shared.cloudevents import Message, encode
from shared.database import Transaction
from shared.events import Event
from shared.handing import Promise

SIGNAL = "outbox"
"""Wakes the relay. What only informs wakes it later: it is published with what is said next, and at
low rates that spares everybody who hears it a waking."""

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
    """Write the columns by which a statement finds out whether its promises can be handed over.

    The statement promises by a common table expression `said` that returns ids and whose rows come
    from its locks of their orders, and takes at this place what `Handing.known` gives. What its
    rows hold in these columns is for `hand_over`.
    """
    return f"""
        (SELECT array_agg(id ORDER BY id) FROM said) AS promised,
        (SELECT promised_alone(${place}::bigint[], count(*)) IS NOT NULL FROM said) AS is_alone
    """  # noqa: S608 - a number


def hand_over(
    transaction: Transaction,
    messages: Sequence[Message],
    row: asyncpg.Record | None,
    *,
    at_leisure: bool = False,
) -> None:
    """Have promises published once they are committed: handed to the relay, if they can be.

    The row has what was `asked`; None means that nothing was promised. At leisure means that nobody
    acts on them: they go out with what is said next.
    """
    database = transaction.database
    wake = database.fire_later if at_leisure else database.fire
    promised: Sequence[int] = (row["promised"] if row else None) or ()
    is_alone = bool(row and row["is_alone"])
    is_all = len(promised) == len(messages)
    promises = [
        Promise(id_, message.topic, message.key, message.headers, message.value)
        for id_, message in zip(promised if is_all else (), messages, strict=is_all)
    ]

    def hand() -> None:
        is_handed = is_all and database.handing.hand(promises, is_alone=is_alone)
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
