"""The work of every service that hears: to replay what was set aside, and to forget what is old."""

from functools import partial

from shared import dead_letters, inbox
from shared.consumer import Consumer
from shared.database import Database
from shared.worker import Worker


def upkeep(database: Database, consumer: Consumer) -> list[Worker]:
    """Give the workers that keep inbox and dead letters in order."""
    replay = Worker("replay", consumer.replay_next, signal=dead_letters.SIGNAL)
    forget = Worker(
        "forget",
        partial(inbox.forget_next, database),
        signal="inbox",
        poll_seconds=inbox.FORGET_SECONDS,
    )
    return [replay, forget]
