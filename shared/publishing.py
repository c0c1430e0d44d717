"""Publishing a batch of promises: a record batch for each partition, in the promises' order."""

from collections.abc import Sequence
from functools import lru_cache
from struct import unpack
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError

from shared.handing import Promise

KEYS_MAX = 16_384
"""The keys whose place is remembered: most orders are spoken of again within minutes."""

WORD = 0xFFFFFFFF
SEED = 0x9747B28C
MIX = 0x5BD1E995


class NoTopic(Exception):
    """The broker answers, and has no topic of the name."""


class Batches:
    """Record batches in the making, one for each partition that something is said on.

    A send for each record would cost nearly twice as much of our time, most of it for futures.
    """

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitions: dict[str, list[int]] = {}
        self._open: dict[tuple[str, int], Any] = {}
        self._acknowledgements: list[Any] = []

    async def add(self, promise: Promise) -> None:
        """Put the promise behind those of its partition; a batch that is full is sent."""
        topic, key = promise.topic, promise.key.encode()
        if topic not in self._partitions:
            self._partitions[topic] = await self._partitions_of(topic)
        place = topic, partition_of(key, self._partitions[topic])
        record = {
            "timestamp": None,
            "key": key,
            "value": promise.value,
            "headers": [(name, value.encode()) for name, value in promise.headers],
        }
        if place in self._open:
            if self._open[place].append(**record) is not None:
                return
            await self._send(place)
        self._open[place] = self._producer.create_batch()
        self._open[place].append(**record)

    async def _partitions_of(self, topic: str) -> list[int]:
        try:
            return sorted(await self._producer.partitions_for(topic))
        except UnknownTopicOrPartitionError as error:
            raise NoTopic(f"there is no topic {topic}") from error

    async def send(self) -> list[Any]:
        """Send what is left, and give what is to be awaited for all acknowledgements."""
        for place in list(self._open):
            await self._send(place)
        return self._acknowledgements

    async def _send(self, place: tuple[str, int]) -> None:
        topic, partition = place
        batch = self._open.pop(place)
        batch.close()
        self._acknowledgements.append(
            await self._producer.send_batch(batch, topic, partition=partition)
        )


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
