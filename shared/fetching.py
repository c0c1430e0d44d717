"""Fetching what a process is assigned, with one request at a time to each broker."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from functools import partial
from math import inf
from typing import Any

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CorruptRecordException,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    OffsetOutOfRangeError,
    RequestTimedOutError,
    StaleMetadata,
)

from shared.batches import read
from shared.complaints import PAUSE_SECONDS, Complaints
from shared.fetch_request import Fetched, FetchRequest
from shared.raw_request import ask
from shared.standing import Standing
from shared.unread import CorruptBatch, Unread

log = structlog.get_logger()

REST_SECONDS = 0.4
"""A broker that comes back needs the processor more than those who ask whether it is there."""

AWAY = (KafkaConnectionError, NodeNotReadyError, RequestTimedOutError, StaleMetadata)

UNKNOWN = -1

HandOut = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]
Find = Callable[[], Awaitable[int]]


class NothingComes(CorruptRecordException):  # type: ignore[misc] # aiokafka has no types
    """A broker gives nothing, and no error, although there is something."""


class Fetching:
    """Fetches the records of a consumer's partitions, each from where the consumer stands.

    The consumer keeps the place in the group and finds the offsets to begin at. It fetches nothing
    itself, because its partitions are paused: what it does around each fetch costs several times
    as much as the fetch.
    """

    def __init__(self, hand_out: HandOut, complaints: Complaints, standing: Standing) -> None:
        """Take whom to hand records to, in their order, and whom to tell what is wrong."""
        self._hand_out = hand_out
        self._complaints = complaints
        self.standing = standing
        self._consumer: Any = None
        self._client: Any = None
        self._positions: dict[TopicPartition, int] = {}
        self._finding: set[asyncio.Task[None]] = set()
        self._reading: set[int] = set()
        self._changed = asyncio.Event()
        self._silent: dict[int, str] = {}

    @property
    def trouble(self) -> str:
        """Tell that a broker gives no answer now, and why; empty when each does."""
        return next(iter(self._silent.values()), "")

    @property
    def is_reading(self) -> bool:
        """Whether it is known of any partition where to read on."""
        return bool(self._positions)

    def places(self) -> dict[TopicPartition, int]:
        """Give where each partition is read on."""
        return dict(self._positions)

    async def stall(self, partition: TopicPartition, offset: int, end: int) -> None:
        """Bear with a partition of which nothing comes even alone: it did not wait for others."""
        node = self._leader_of(partition)
        alone = FetchRequest({partition.topic: [(partition.partition, offset)]})
        comes = node == UNKNOWN or await ask(self._client, node, alone)
        if not comes and self._positions.get(partition) == offset:
            self._bear(partition, NothingComes(f"{partition.topic}[{partition.partition}]"), end)

    def open(self, consumer: Any) -> None:
        """Begin with what the consumer is assigned already."""
        self._consumer = consumer
        self._client = consumer._client  # noqa: SLF001 - it has no other name
        self._client.cluster.add_listener(lambda _: self._changed.set())
        self.begin(consumer.assignment())

    def begin(self, assigned: Iterable[TopicPartition]) -> None:
        """Read these partitions, and no others."""
        self.end()
        self.standing.begin()
        if self._consumer is not None:
            self._keep(self._look(list(assigned)))
            self._consumer.pause(*assigned)
            for partition in assigned:
                self._add_soon(partition, partial(self._consumer.position, partition))

    def end(self) -> None:
        """Read nothing more: what is under way is handed out to nobody."""
        self._positions = {}
        for task in self._finding:
            task.cancel()

    def close(self) -> None:
        """Read nothing more, whatever is assigned."""
        self.end()
        self._consumer = None

    async def run(self) -> None:
        """Read from every broker that leads one of the partitions, until cancelled."""
        async with asyncio.TaskGroup() as readers:
            while True:
                self._changed.clear()
                for node in {self._leader_of(each) for each in self._positions} - self._reading:
                    if node != UNKNOWN:
                        self._reading.add(node)
                        readers.create_task(self._read_from(node))
                await self._changed.wait()

    def _leader_of(self, partition: TopicPartition) -> int:
        """Give the broker that leads the partition; for UNKNOWN the consumer asks by itself."""
        node: int | None = self._client.cluster.leader_for_partition(partition)
        return UNKNOWN if node is None else node

    async def _read_from(self, node: int) -> None:
        """Read for as long as there is something to be read from the broker."""
        try:
            while wanted := self._wanted(node):
                try:
                    await self._fetch(node, wanted)
                except AWAY as error:
                    self._silent[node] = f"broker {node} does not answer: {type(error).__name__}"
                    await asyncio.sleep(REST_SECONDS)
                except KafkaError as error:
                    await self._complaints.heed(error)
        finally:
            self._reading.discard(node)
            self._silent.pop(node, None)

    def _wanted(self, node: int) -> dict[str, list[tuple[int, int]]]:
        """Give what to read from the broker: by topic, the partitions and their offsets."""
        wanted: dict[str, list[tuple[int, int]]] = {}
        for partition, offset in self._positions.items():
            if self._leader_of(partition) == node:
                wanted.setdefault(partition.topic, []).append((partition.partition, offset))
        return wanted

    async def _fetch(self, node: int, wanted: dict[str, list[tuple[int, int]]]) -> None:
        """Fetch once, and hand out what came; raises KafkaError when there is no answer."""
        positions = self._positions
        answer: list[Fetched] = await ask(self._client, node, FetchRequest(wanted))
        self._silent.pop(node, None)
        if positions is not self._positions:
            return
        records: list[ConsumerRecord] = []
        for each in answer:
            records += self._take(each)
        if records:
            await self._hand_out(records)

    def _take(self, fetched: Fetched) -> list[ConsumerRecord]:
        """Give the records that are new; what is wrong with a partition is of it alone."""
        partition = TopicPartition(fetched.topic, fetched.partition)
        if partition not in self._positions:
            return []
        try:
            records, position = read(fetched, self._positions[partition])
        except KafkaError as error:
            self._bear(partition, error, fetched.end)
            return []
        # Behind all others: a broker fills its answer in the order in which it is asked.
        del self._positions[partition]
        self._positions[partition] = position
        self._leave(partition, fetched.end)
        return records

    def _bear(self, partition: TopicPartition, error: KafkaError, end: int) -> None:
        """Leave the partition alone for a while, or begin it anew; the others are read on."""
        offset = self._positions.pop(partition)
        if isinstance(error, OffsetOutOfRangeError):
            log.warning("stream_read_anew", topic=partition.topic, partition=partition.partition)
            self.standing.passed.pop(partition, None)
            self._add_soon(partition, partial(self._first_offset, partition))
            return
        if error.invalid_metadata:
            self._client.force_metadata_update()
            self._add_soon(partition, lambda: asyncio.sleep(REST_SECONDS, offset))
            return
        self._complaints.say(error)
        topic, number = partition
        place = Unread(topic, number, offset, None, type(error).__name__, end)
        unread = error.unread if isinstance(error, CorruptBatch) else place
        self._add_soon(partition, partial(self._stand, unread))

    async def _stand(self, unread: Unread) -> int:
        """Give where to read on behind what cannot be read: there again after a while, mostly."""
        offset = await self.standing.meet(unread)
        if offset == unread.offset:
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            await self._hand_out([])  # behind what was read before, which may wait for room
            self.standing.passed[TopicPartition(unread.topic, unread.partition)] = offset
        return offset

    async def _look(self, assigned: Sequence[TopicPartition]) -> None:
        """Tell of partitions that were left standing, and are read on already."""
        await self.standing.look(assigned)
        for partition in assigned:
            self._leave(partition)

    def _leave(self, partition: TopicPartition, end: float = inf) -> None:
        """Tell that a partition is read on that stood still."""
        if self.standing.leaves(partition, self._positions.get(partition, UNKNOWN), end):
            self._keep(self.standing.tell_left(partition))

    async def _first_offset(self, partition: TopicPartition) -> int:
        """Give the oldest offset that there still is."""
        await self._consumer.seek_to_beginning(partition)
        offset: int = await self._consumer.position(partition)
        return offset

    def _add_soon(self, partition: TopicPartition, find: Find) -> None:
        """Read the partition from an offset that is still to be found."""
        self._keep(self._add(partition, find, self._positions))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it until something else is assigned."""
        task = asyncio.create_task(work)
        self._finding.add(task)
        task.add_done_callback(self._finding.discard)

    async def _add(
        self, partition: TopicPartition, find: Find, positions: dict[TopicPartition, int]
    ) -> None:
        """Add a position; what keeps it from being found the consumer complains of by itself."""
        while partition not in positions:
            try:
                positions[partition] = await find()
            except KafkaError:
                await asyncio.sleep(REST_SECONDS)
        self._leave(partition)
        self._changed.set()
