"""How far a process has applied the stream, and telling the broker so."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import structlog
from aiokafka import (
    ConsumerRebalanceListener,
    ConsumerRecord,
    OffsetAndMetadata,
    TopicPartition,
)
from aiokafka.errors import KafkaError

from shared.fetching import Fetching
from shared.listener import Listener
from shared.raw_request import is_of_closing

log = structlog.get_logger()

COMMIT_SECONDS_MAX = 2.0
"""What is not committed in time is committed the next time."""


SHIELDED = "GroupCoordinator._do_commit_offsets"
"""What of a commit goes on by itself when it is cut short."""


def hear_out() -> None:
    """Take the errors of commits that go on by themselves: nobody waits for them any more.

    Else each is logged as an error that was never retrieved, with its trace, while a broker that
    stands still is the trouble.
    """
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__qualname__", "") == SHIELDED:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())


async def commit_once(consumer: Any, offsets: Mapping[TopicPartition, int]) -> None:
    """Ask the broker but once; raises KafkaError when it does not take all of them.

    By itself aiokafka asks without end for a topic that was deleted, and the new one of that name
    would be told how far the old one was read: what comes first on it would be skipped.
    """
    coordinator = consumer._coordinator  # noqa: SLF001 - it has no other name
    await coordinator.ensure_coordinator_known()
    places = {partition: OffsetAndMetadata(at, "") for partition, at in offsets.items()}
    await asyncio.shield(coordinator._do_commit_offsets(None, places))  # noqa: SLF001 - as above


class Progress(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """How far each partition is applied; committed on a timer, since the inbox knows the rest."""

    def __init__(self, listeners: Sequence[Listener], fetching: Fetching) -> None:
        self._listeners = listeners
        self._fetching = fetching
        self._read: dict[TopicPartition, int] = {}
        self._committed: dict[TopicPartition, int] = {}
        self.consumer: Any = None

    def note(self, records: Sequence[ConsumerRecord]) -> None:
        """Remember that these records were read, and handed to the listeners."""
        for record in records:
            self._read[TopicPartition(record.topic, record.partition)] = record.offset + 1

    def applied(self) -> dict[TopicPartition, int]:
        """Give for each partition the first offset that some service has still to apply."""
        offsets = dict(self._read)
        for partition, offset in self._fetching.standing.passed.items():
            offsets[partition] = max(offset, offsets.get(partition, offset))
        for record in chain.from_iterable(each.waiting() for each in self._listeners):
            partition = TopicPartition(record.topic, record.partition)
            if partition in offsets:
                offsets[partition] = min(offsets[partition], record.offset)
        return offsets

    async def commit(self) -> None:
        """Commit what was applied; what the broker does not take is committed the next time.

        Whoever reads on from an older commit fetches records again, and they are known.
        """
        if self.consumer is None:
            return
        self._forget_what_is_gone()
        mine = self.consumer.assignment()
        offsets = {
            partition: at
            for partition, at in self.applied().items()
            if partition in mine and self._committed.get(partition) != at
        }
        if not offsets:
            return
        try:
            async with asyncio.timeout(COMMIT_SECONDS_MAX):
                await commit_once(self.consumer, offsets)
            self._committed |= offsets
        except (RuntimeError, TimeoutError) as error:
            if not isinstance(error, (KafkaError, TimeoutError)) and not is_of_closing(error):
                raise
            log.warning("offsets_not_committed", error=repr(error))
        finally:
            hear_out()

    def _forget_what_is_gone(self) -> None:
        """Know nothing any more of a topic that is not there: the next of its name begins anew."""
        for offsets in (self._read, self._fetching.standing.passed):
            for partition in [*offsets]:
                if not self.consumer.partitions_for_topic(partition.topic):
                    del offsets[partition]

    async def on_partitions_revoked(self, _revoked: set[TopicPartition]) -> None:
        """Commit before others take the partitions over."""
        self._fetching.end()
        await self.commit()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Know nothing of what others committed meanwhile; the inbox knows what was heard.

        Nor of what was read: a topic that was made again begins anew.
        """
        self._committed.clear()
        self._read.clear()
        self._fetching.begin(assigned)
