"""Build the picture of every order anew from the stream, with what people decided kept."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from services.approval import store
from services.approval.domain import Facts, Review, hear_all
from services.approval.store import rebuilding
from shared.database import Database, Transaction
from shared.events import Event, OrderReceived, ReprintOrdered

AT_ONCE = 500
BEGINNINGS = {OrderReceived, ReprintOrdered}
"""An order is forgotten only where the stream still has its beginning to learn it from."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to."""

    events: int
    orders: int


async def rebuild(
    database: Database, read: Callable[[], AsyncIterator[Event]], heard: frozenset[str]
) -> Rebuilt:
    """Read the stream twice: the first time each order that begins there is learned anew.

    Approval may run meanwhile. What it heard of an order just before that was forgotten is on the
    stream by then, so the second reading brings it back; what is known already changes nothing.
    """
    begun: set[str] = set()
    events = await apply(database, read(), heard, begun, forgets=True)
    await apply(database, read(), heard, begun, forgets=False)
    return Rebuilt(events, len(begun))


async def apply(
    database: Database,
    stream: AsyncIterator[Event],
    heard: frozenset[str],
    begun: set[str],
    *,
    forgets: bool,
) -> int:
    """Apply everything that is read, many events at a time."""
    count = 0
    batch: list[Event] = []
    seen: set[str] = set()
    async for event in stream:
        if type(event).__name__ not in heard:
            continue
        count += 1
        batch.append(event)
        if len(batch) == AT_ONCE:
            await apply_batch(database, batch, seen, begun, forgets=forgets)
            batch = []
    await apply_batch(database, batch, seen, begun, forgets=forgets)
    return count


async def apply_batch(
    database: Database, batch: Sequence[Event], seen: set[str], begun: set[str], *, forgets: bool
) -> None:
    """Forget the orders that begin here, and learn what the batch says."""
    new = [event for event in first_of_each(batch) if event.key not in seen]
    beginning = [event.key for event in new if type(event) in BEGINNINGS] if forgets else []
    async with database.transaction() as transaction:
        await forget(transaction, beginning)
        reviews = await store.lock_reviews(transaction, [event.key for event in batch])
        changed, happenings = hear_all(reviews, batch)
        missing = await rebuilding.find_missing(transaction, happenings)
        await store.save_reviews(transaction, changed, missing)
    seen.update(event.key for event in new)
    begun.update(beginning)


def first_of_each(batch: Sequence[Event]) -> list[Event]:
    """Give the first event of each order."""
    ordered = sorted(enumerate(batch), key=lambda each: (each[1].key, each[0]))
    return [next(events)[1] for _, events in groupby(ordered, key=lambda each: each[1].key)]


async def forget(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Forget what was heard of these orders; what people decided stays.

    One whose approval cools off is left as it is: without its news the approval would not hold.
    """
    if not order_ids:
        return
    reviews = await store.lock_reviews(transaction, order_ids)
    known = [
        without_news(review)
        for review in reviews.values()
        if review.revision and not review.is_cooling_off
    ]
    await store.save_reviews(transaction, known)


def without_news(review: Review) -> Review:
    """Keep what people decided: of an approved order also the version that they approved."""
    facts = review.facts
    kept = Facts(
        order=facts.order if review.approval else None,
        reprint_of=facts.reprint_of if review.approval else "",
        retried=facts.retried,
        held=facts.held,
        rejected=facts.rejected,
        corrected=facts.corrected,
        reopened=facts.reopened,
    )
    snapshot = review.snapshot if review.approval else None
    return replace(review, facts=kept, snapshot=snapshot, has_new_words=True)
