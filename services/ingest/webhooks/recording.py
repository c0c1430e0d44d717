"""Recording deliveries by the group: kept, learned from and said, or none of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from services.ingest import store
from services.ingest.domain import KnownOrder, Reading, as_firsts, learn
from services.ingest.store import unreadable
from shared import outbox
from shared.cloudevents import encode_written
from shared.database import Database, Transaction
from shared.events import Written


async def record(
    database: Database, oldest_news: timedelta, readings: Sequence[Reading]
) -> list[None]:
    """Record a group; what it says of one order is said in the group's order.

    Most webhooks are the first of their order, and all of these take one statement. Those that
    remain take a transaction that looks at what is known of their orders first. A group that
    fails in between is sent again, and what had been recorded is seen to have come before.
    """
    done: set[str] = set()
    if firsts := as_firsts(readings, oldest_news):
        async with database.statement() as statement:
            done = await store.add_firsts(statement, firsts)
    if remaining := [reading for reading in readings if reading.order_id not in done]:
        async with database.transaction() as transaction:
            await record_others(transaction, oldest_news, remaining)
    return [None] * len(readings)


async def record_others(
    transaction: Transaction, oldest_news: timedelta, readings: Sequence[Reading]
) -> None:
    """Record deliveries of orders that may be known, or of no order.

    Orders are locked before anything is kept, in their order, as the statement for firsts does
    it: two groups never wait for each other.
    """
    order_ids = {reading.order_id for reading in readings if reading.order_id is not None}
    known = await store.lock_orders(transaction, sorted(order_ids))
    places = await store.add_deliveries(transaction, readings)
    if any(reading.problem for reading in readings):
        transaction.wake(unreadable.SIGNAL)
    by_order: dict[str, list[Reading]] = defaultdict(list)
    for place in sorted(places):
        if (order_id := readings[place].order_id) is not None:
            by_order[order_id].append(readings[place])
    learned: list[KnownOrder] = []
    said: list[Written] = []
    for order_id, of_order in by_order.items():
        now_known, news = learn(known[order_id], of_order, oldest_news)
        if now_known != known[order_id]:
            learned.append(now_known)
        said += news
    await outbox.add_messages(transaction, encode_written(said, transaction.service))
    await store.update_orders(transaction, learned)
