"""The work of every service that hears: to replay, to forget, and to see what is due."""

from collections.abc import Mapping
from datetime import UTC, datetime

from shared import dead_letters, inbox
from shared.consumer import Consumer
from shared.database import Database
from shared.due import new_poller
from shared.worker import Worker


def upkeep(database: Database, consumer: Consumer, due: Mapping[str, str]) -> list[Worker]:
    """Give the workers that keep inbox and dead letters in order, and wake others when it is due.

    `due` gives an SQL expression for each signal.
    """

    async def forget_next() -> int:
        await consumer.unread.forget(datetime.now(UTC))
        return await inbox.forget_next(database)

    replay = Worker("replay", consumer.replay_next, signal=dead_letters.SIGNAL)
    forget = Worker("forget", forget_next, signal="inbox", poll_seconds=inbox.FORGET_SECONDS)
    return [replay, forget, new_poller(database, {dead_letters.SIGNAL: dead_letters.DUE, **due})]
