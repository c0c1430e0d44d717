"""What ingest does about deliveries that it could not read: tell of them, and read them again."""

from datetime import timedelta

from services.ingest import shopify, store
from services.ingest.domain import UNREADABLE, Reading, learn
from services.ingest.store import unreadable
from shared import outbox
from shared.cloudevents import encode_written
from shared.database import Database, Transaction
from shared.events import FailureEnded, FailureFound
from shared.metrics import Metrics
from shared.outbox import TooLarge
from shared.unexpected import count_failed, is_unexpected, reason_of

TOLD_AT_ONCE = 100
POLL_SECONDS = 5.0
"""What this process does is signalled; only what others leave behind is looked for."""


async def tell_next(database: Database) -> int:
    """Tell of some deliveries that could not be read; give how many."""
    async with database.statement() as statement:
        if not await unreadable.has_untold(statement):
            return 0
    async with database.transaction() as transaction:
        untold = await unreadable.take_untold(transaction, TOLD_AT_ONCE)
        await outbox.add(
            transaction,
            [
                FailureFound(
                    service=transaction.service,
                    kind=UNREADABLE,
                    name=str(each.delivery_id),
                    subject=each.topic,
                    shop=each.shop,
                    reason=each.problem,
                    since=each.received_at,
                    size_bytes=each.body_bytes,
                )
                for each in untold
            ],
        )
    return len(untold)


async def read_next(database: Database, oldest_news: timedelta, metrics: Metrics) -> bool:
    """Read one delivery again that a person wants read; False when none waits.

    What fails as nobody expected is before the person again, and holds no other up.
    """
    async with database.statement() as statement:
        asked = await unreadable.find_asked(statement)
    if asked is None:
        return False
    delivery_id, delivery = asked
    try:
        await settle(database, delivery_id, shopify.read(delivery), oldest_news)
    except TooLarge as reason:
        too_large = Reading(delivery, problem=f"too large: {reason}")
        await settle(database, delivery_id, too_large, oldest_news)
    except Exception as error:
        if not is_unexpected(error):
            raise
        count_failed(metrics, "read_again", database.service, f"delivery {delivery_id}", error)
        failed = Reading(delivery, problem=reason_of(error))
        await settle(database, delivery_id, failed, oldest_news)
    return True


async def settle(
    database: Database, delivery_id: int, reading: Reading, oldest_news: timedelta
) -> None:
    """Take in what the delivery says, as if it had come now, and tell that nobody need act.

    The order is locked before its delivery, as where deliveries come in. One that can still not be
    read is told of anew by `tell_next`.
    """
    async with database.transaction() as transaction:
        order_ids = [reading.order_id] if reading.order_id is not None else []
        known = await store.lock_orders(transaction, order_ids)
        if not await unreadable.settle(transaction, delivery_id, reading):
            return
        for order in known.values():
            now_known, news = learn(order, [reading], oldest_news)
            said = encode_written(news, transaction.service)
            await outbox.add_messages(transaction, said)
            await store.update_orders(transaction, [now_known])
        if reading.problem is None:
            await say_read(transaction, delivery_id)
        else:
            transaction.wake(unreadable.SIGNAL)


async def say_read(transaction: Transaction, delivery_id: int) -> None:
    """Tell everybody that the delivery could be read at last."""
    ended = FailureEnded(service=transaction.service, kind=UNREADABLE, name=str(delivery_id))
    await outbox.add(transaction, ended)
