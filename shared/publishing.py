"""Publishing a batch of promises: a record batch for each partition, in the promises' order."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from struct import unpack
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from shared.handing import Promise

KEYS_MAX = 16_384
"""The keys whose place is remembered: most orders are spoken of again within minutes."""

LOOK_SECONDS = 1.0
"""How often is looked, while an acknowledgement is awaited, whether its topic is still there."""

REFUSALS = (MessageSizeTooLargeError, RecordListTooLargeError, TopicAuthorizationFailedError)
"""What says something of a batch or a topic, and nothing of all others."""

WORD = 0xFFFFFFFF
SEED = 0x9747B28C
MIX = 0x5BD1E995


class NoTopic(Exception):
    """The broker answers, and has no topic of the name."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"there is no topic {topic}")
        self.topic = topic


class Refused(Exception):
    """The broker answers that it does not take a batch, however often it is sent.

    The producer is of no use any more: the broker expects the numbers that the batch had.
    """

    def __init__(self, sent: "Sent", error: Exception) -> None:
        topic, _ = sent.place
        super().__init__(f"{topic} does not take {len(sent.promises)} events: {error!r}")
        self.topic = topic
        self.promises = sent.promises
        self.size_bytes: int = sent.batch.size()
        self.error = error


@dataclass(slots=True)
class Sent:
    """A record batch, what is in it, and its acknowledgement once it is sent."""

    place: tuple[str, int]
    batch: Any
    promises: list[Promise]
    acknowledgement: Any = None


async def publish(promises: Sequence[Promise], producer: AIOKafkaProducer) -> list[int]:
    """Publish the promises in their order, and give their ids once all are acknowledged.

    When any fails all are kept: what was published goes out twice, and each inbox sees that.
    """
    batches = Batches(producer)
    for promise in promises:
        await batches.add(promise)
    await batches.send()
    return [promise.id for promise in promises]


async def has_topic(producer: AIOKafkaProducer, topic: str) -> bool:
    """Tell whether there is a topic of the name; raises KafkaConnectionError when nobody tells."""
    client = producer.client
    if client.cluster.partitions_for_topic(topic):
        return True
    if not await client.force_metadata_update():
        raise KafkaConnectionError("no broker tells its topics")
    return bool(client.cluster.partitions_for_topic(topic))


class Batches:
    """Record batches in the making, one for each partition that something is said on.

    A send for each record would cost nearly twice as much of our time, most of it for futures.
    """

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitions: dict[str, list[int]] = {}
        self._open: dict[tuple[str, int], Sent] = {}
        self._sent: list[Sent] = []

    async def add(self, promise: Promise) -> None:
        """Put the promise behind those of its partition; a batch that is full is sent."""
        topic, key = promise.topic, promise.key.encode()
        if topic not in self._partitions:
            self._partitions[topic] = self._partitions_of(topic)
        place = topic, partition_of(key, self._partitions[topic])
        record = {
            "timestamp": None,
            "key": key,
            "value": promise.value,
            "headers": [(name, value.encode()) for name, value in promise.headers],
        }
        if being_filled := self._open.get(place):
            if being_filled.batch.append(**record) is not None:
                being_filled.promises.append(promise)
                return
            await self._send(place)
        new = self._open[place] = Sent(place, self._producer.create_batch(), [promise])
        new.batch.append(**record)

    def _partitions_of(self, topic: str) -> list[int]:
        found = self._producer.client.cluster.partitions_for_topic(topic)
        if not found:
            raise NoTopic(topic)
        return sorted(found)

    async def send(self) -> None:
        """Send what is left, and wait until all is acknowledged; raises Refused and NoTopic."""
        for place in list(self._open):
            await self._send(place)
        waiting = {each.acknowledgement for each in self._sent}
        try:
            while waiting:
                done, waiting = await asyncio.wait(
                    waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_EXCEPTION
                )
                self._judge(done)
                # The producer would ask for a topic that was deleted as long as for a leader.
                for topic in {each.place[0] for each in self._sent} if waiting else ():
                    self._partitions_of(topic)
        finally:
            for each in waiting:
                each.cancel()

    def _judge(self, done: AbstractSet[Any]) -> None:
        """Raise what went wrong with any that are done."""
        failed = [
            (each, error)
            for each in self._sent
            if each.acknowledgement in done and (error := each.acknowledgement.exception())
        ]
        for each, error in failed:
            raise Refused(each, error) if isinstance(error, REFUSALS) else error

    async def _send(self, place: tuple[str, int]) -> None:
        sent = self._open.pop(place)
        sent.batch.close()
        topic, partition = place
        sent.acknowledgement = await self._producer.send_batch(
            sent.batch, topic, partition=partition
        )
        self._sent.append(sent)


def partition_of(key: bytes, partitions: Sequence[int]) -> int:
    """Give the partition that every producer of Kafka's own would choose for the key."""
    return partitions[murmur2(key) % len(partitions)]


@lru_cache(KEYS_MAX)
def murmur2(key: bytes) -> int:
    """Hash as Kafka's `Utils.toPositive(Utils.murmur2(key))`, a word of four bytes at a time."""
    whole = len(key) & ~3
    found = SEED ^ len(key)
    for word in unpack(f"<{whole >> 2}I", key[:whole]):
        mixed = word * MIX & WORD
        found = (found * MIX ^ (mixed ^ mixed >> 24) * MIX) & WORD
    if rest := key[whole:]:
        found = (found ^ int.from_bytes(rest, "little")) * MIX & WORD
    found = (found ^ found >> 13) * MIX & WORD
    return (found ^ found >> 15) & 0x7FFFFFFF
