"""Publishing a batch of promises: a record batch for each partition, in the promises' order."""

from collections.abc import Sequence
from functools import lru_cache
from struct import unpack

from shared.handing import Promise
from shared.producing import Batch, Producer

KEYS_MAX = 16_384
"""The keys whose place is remembered: most orders are spoken of again within minutes."""

WORD = 0xFFFFFFFF
SEED = 0x9747B28C
MIX = 0x5BD1E995


async def publish(promises: Sequence[Promise], producer: Producer) -> list[int]:
    """Publish the promises in their order, and give their ids once all are acknowledged.

    Raises Refused, NoTopic and KafkaError. When any fails all are kept: what was published goes out
    twice, and each inbox sees that.
    """
    await producer.send(in_batches(promises, producer))
    return [promise.id for promise in promises]


def in_batches(promises: Sequence[Promise], producer: Producer) -> list[Batch]:
    """Put each promise behind those of its partition; a batch that is full is followed by another.

    To send each record by itself would cost nearly twice as much of our time.
    """
    batches: list[Batch] = []
    partitions: dict[str, list[int]] = {}
    being_filled: dict[tuple[str, int], Batch] = {}
    for promise in promises:
        topic, key = promise.topic, promise.key.encode()
        if topic not in partitions:
            partitions[topic] = producer.partitions_of(topic)
        place = topic, partition_of(key, partitions[topic])
        if place in being_filled and being_filled[place].add(promise, key):
            continue
        batch = being_filled[place] = producer.new_batch(*place)
        batch.add(promise, key)
        batches.append(batch)
    return batches


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
