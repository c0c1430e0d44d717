"""What the others hear of a service's dead letters, so that a person sees them on the dashboard.

That there are some of an order or a product, that a replay failed, and that there are none any
more. Of an order this is in the order's own life; all others are failures. Nothing is said of
letters that are such news themselves, so no news breeds news.
"""

from datetime import UTC, datetime
from uuid import UUID

from shared import outbox
from shared.database import Transaction
from shared.events import (
    EVENTS,
    Event,
    EventSetAside,
    EventsReplayed,
    FailureDropRequested,
    FailureEnded,
    FailureFound,
    FailureRetryRequested,
    ReplayRequested,
)

KIND = "dead_letter"
NEWS: tuple[type[Event], ...] = (EventSetAside, EventsReplayed)
"""What every service says that hears of orders."""
FAILURES: tuple[type[Event], ...] = (FailureFound, FailureEnded)
"""What every service says that hears of anything."""
WISHES = frozenset(
    event.__name__ for event in (ReplayRequested, FailureRetryRequested, FailureDropRequested)
)
"""The types of what a person asks for, so that something goes on."""
ABOUT_LETTERS = WISHES | {event.__name__ for event in (*NEWS, *FAILURES)}


async def say_set_aside(transaction: Transaction, key: str, kind: str, reason: str) -> None:
    """Tell everybody that an event waits here for a person."""
    if kind in ABOUT_LETTERS:
        return
    service, public = transaction.service, in_public(reason)
    if is_of_order(key, kind):
        said: Event = EventSetAside(order_id=key, service=service, type=kind, reason=public)
    else:
        now = datetime.now(UTC)
        said = FailureFound(
            service=service, kind=KIND, name=key, subject=kind, reason=public, since=now
        )
    await outbox.add(transaction, said)


async def say_replayed(transaction: Transaction, key: str, kind: str) -> None:
    """Tell everybody when no event of the key waits here any more; the first was of this kind."""
    left = await transaction.fetchval("SELECT EXISTS (SELECT FROM dead_letter WHERE key = $1)", key)
    if left or kind in ABOUT_LETTERS:
        return
    if is_of_order(key, kind):
        await outbox.add(transaction, EventsReplayed(order_id=key, service=transaction.service))
    else:
        await say_ended(transaction, key)


async def say_ended(transaction: Transaction, key: str) -> None:
    """Tell everybody that what is no order's waits no more."""
    await outbox.add(transaction, FailureEnded(service=transaction.service, kind=KIND, name=key))


def is_of_order(key: str, kind: str) -> bool:
    """Tell whether an order's event is meant; one of no type is of the order whose key it has."""
    topic = EVENTS[kind].topic if kind in EVENTS else EventSetAside.topic
    return topic == EventSetAside.topic and is_order(key)


def is_order(key: str) -> bool:
    """Tell whether the key is an order's id, written as every service writes it."""
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def in_public(reason: str) -> str:
    """Give the kind of error: what follows it may quote the event, and so a shopper."""
    return reason.partition(":")[0]
