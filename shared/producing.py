"""An idempotent producer: batches are there once each, in the order in which they were sent."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    DuplicateSequenceNumber,
    KafkaConnectionError,
    KafkaError,
    LeaderNotAvailableError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from shared.handing import Promise
from shared.produce_request import Produced, ProduceRequest
from shared.raw_request import ask

REQUEST_SECONDS = 10.0
RETRY_SECONDS = 0.4
MAGIC = 2
SEQUENCES = 2**31
"""Numbers of records begin anew behind the last one of these."""

REFUSALS = (MessageSizeTooLargeError, RecordListTooLargeError, TopicAuthorizationFailedError)
"""What says something of a batch or a topic, and nothing of all others."""


class NoTopic(Exception):
    """The broker answers, and has no topic of the name."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"there is no topic {topic}")
        self.topic = topic


class Refused(Exception):
    """The broker answers that it does not take a batch, however often it is sent.

    The producer is of no use any more: the broker expects the numbers that the batch had.
    """

    def __init__(self, batch: "Batch", error: KafkaError) -> None:
        super().__init__(f"{batch.topic} does not take {len(batch.promises)} events: {error!r}")
        self.topic = batch.topic
        self.promises = batch.promises
        self.size_bytes = len(batch.written)
        self.error = error


@dataclass(slots=True)
class Batch:
    """A record batch, and the promises that are in it."""

    topic: str
    partition: int
    builder: Any
    promises: list[Promise] = field(default_factory=list)
    written: bytes = b""

    def add(self, promise: Promise, key: bytes) -> bool:
        """Put a promise behind the others; False when the batch is full."""
        headers = [(name, value.encode()) for name, value in promise.headers]
        is_added = (
            self.builder.append(
                len(self.promises), timestamp=None, key=key, value=promise.value, headers=headers
            )
            is not None
        )
        if is_added:
            self.promises.append(promise)
        return is_added


class Producer:
    """Sends batches as one producer in the broker's eyes, until something fails for good.

    Some errors can be left only by a producer that is made anew.
    """

    def __init__(self, servers: str, client_id: str, *, batch_bytes_max: int) -> None:
        self._servers = servers
        self._client_id = client_id
        self._batch_bytes_max = batch_bytes_max
        self.client: Any = None
        self._id, self._epoch = -1, -1
        self._next: dict[tuple[str, int], int] = {}

    async def start(self) -> None:
        """Connect, and have the broker tell who we are; raises KafkaError."""
        self.client = AIOKafkaClient(
            bootstrap_servers=self._servers,
            client_id=self._client_id,
            request_timeout_ms=round(REQUEST_SECONDS * 1000),
            retry_backoff_ms=round(RETRY_SECONDS * 1000),
        )
        await self.client.bootstrap()
        await self._introduce()

    async def _introduce(self) -> None:
        """Have a broker give us an id; one that has just begun cannot yet; raises KafkaError."""
        milliseconds = round(REQUEST_SECONDS * 1000)
        request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=milliseconds)
        give_up_at = monotonic() + REQUEST_SECONDS
        while (answer := await ask(self.client, self.client.get_random_node(), request)).error_code:
            error = for_code(answer.error_code)
            if not error.retriable or monotonic() > give_up_at:
                raise error
            await asyncio.sleep(RETRY_SECONDS)
        self._id, self._epoch = answer.producer_id, answer.producer_epoch

    async def stop(self) -> None:
        """Close every connection."""
        if self.client is not None:
            await self.client.close()

    async def has_topic(self, topic: str) -> bool:
        """Tell whether there is such a topic; raises KafkaConnectionError when nobody tells."""
        if self.client.cluster.partitions_for_topic(topic):
            return True
        if not await self.client.force_metadata_update():
            raise KafkaConnectionError("no broker tells its topics")
        return bool(self.client.cluster.partitions_for_topic(topic))

    def partitions_of(self, topic: str) -> list[int]:
        """Give the topic's partitions in their order; raises NoTopic."""
        found = self.client.cluster.partitions_for_topic(topic)
        if not found:
            raise NoTopic(topic)
        return sorted(found)

    def new_batch(self, topic: str, partition: int) -> Batch:
        """Begin a batch; it has room for one promise at least."""
        builder = DefaultRecordBatchBuilder(
            magic=MAGIC,
            compression_type=0,
            is_transactional=0,
            producer_id=self._id,
            producer_epoch=self._epoch,
            base_sequence=0,
            batch_size=self._batch_bytes_max,
        )
        return Batch(topic, partition, builder)

    async def send(self, batches: Sequence[Batch]) -> None:
        """Send batches and wait until all are acknowledged, those of a partition by turns.

        Raises Refused, NoTopic and KafkaError, and then knows nothing of what is there.
        """
        while batches:
            first = {(batch.topic, batch.partition): batch for batch in reversed(batches)}
            await self._send_one_each(list(first.values()))
            batches = [batch for batch in batches if not batch.written]

    async def _send_one_each(self, batches: Sequence[Batch]) -> None:
        """Send one batch to each of some partitions, again and again while that can help."""
        self._write(batches)
        give_up_at = monotonic() + REQUEST_SECONDS
        while failed := await self._try_to_send(batches):
            batches = [batch for batch, _ in failed]
            if monotonic() > give_up_at:
                raise failed[0][1]
            await self.client.force_metadata_update()
            for batch in batches:
                self.partitions_of(batch.topic)
            await asyncio.sleep(RETRY_SECONDS)

    def _write(self, batches: Sequence[Batch]) -> None:
        """Write each batch with the numbers of its records, however often it is sent then."""
        for batch in batches:
            place = batch.topic, batch.partition
            number = self._next.get(place, 0)
            batch.builder.set_producer_state(self._id, self._epoch, number)
            batch.written = bytes(batch.builder.build())
            self._next[place] = (number + len(batch.promises)) % SEQUENCES

    async def _try_to_send(self, batches: Sequence[Batch]) -> list[tuple[Batch, KafkaError]]:
        """Send each to the broker that leads; give what can be sent again, and why."""
        cluster = self.client.cluster
        by_node: dict[int | None, list[Batch]] = {}
        for batch in batches:
            node = cluster.leader_for_partition(TopicPartition(batch.topic, batch.partition))
            by_node.setdefault(node, []).append(batch)
        asked = [self._ask(node, led) for node, led in by_node.items()]
        answers = [await asked[0]] if len(asked) == 1 else await asyncio.gather(*asked)
        return [failure for failures in answers for failure in failures]

    async def _ask(
        self, node: int | None, batches: Sequence[Batch]
    ) -> list[tuple[Batch, KafkaError]]:
        """Send to one broker; give what can be sent again, and why."""
        if node is None or node < 0:
            return [(batch, LeaderNotAvailableError()) for batch in batches]
        by_topic: dict[str, list[tuple[int, bytes]]] = {}
        for batch in batches:
            by_topic.setdefault(batch.topic, []).append((batch.partition, batch.written))
        request = ProduceRequest(by_topic, round(REQUEST_SECONDS * 1000))
        try:
            answer: list[Produced] = await ask(self.client, node, request)
        except KafkaError as error:
            if not error.retriable:
                raise
            return [(batch, error) for batch in batches]
        codes = {(each.topic, each.partition): each.error_code for each in answer}
        judged = [(batch, judge(batch, codes[batch.topic, batch.partition])) for batch in batches]
        return [(batch, error) for batch, error in judged if error]


def judge(batch: Batch, error_code: int) -> KafkaError | None:
    """Give what may pass if the batch is sent again, None if it is there; raises all else."""
    kind = for_code(error_code)
    if not error_code or kind is DuplicateSequenceNumber:
        return None
    error: KafkaError = kind()
    if kind in REFUSALS:
        raise Refused(batch, error)
    if not kind.retriable:
        raise error
    return error
