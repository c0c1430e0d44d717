"""The request that sends records and its answer: version 3, which brokers know since 0.11."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from struct import Struct
from typing import NamedTuple

from shared.raw_request import INT, RawRequest, array, read_array

BODY = Struct(">hhii")
PARTITION = Struct(">ii")
ANSWERED_PARTITION = Struct(">ihqq")
NO_TRANSACTION = -1
BY_ALL = -1
"""A batch is acknowledged once every replica in sync has it."""


class Produced(NamedTuple):
    """What came of one partition's batch; an error code of 0 is none."""

    topic: str
    partition: int
    error_code: int


class ProduceAnswer:
    """The body of an answer."""

    @staticmethod
    def decode(body: BytesIO) -> list[Produced]:
        """Read what came of each batch."""
        return list(read_answer(body.read()))


class ProduceRequest(RawRequest):
    """Sends one batch for each of some partitions."""

    API_KEY = 0
    VERSION = 3
    RESPONSE_TYPE = ProduceAnswer

    def __init__(
        self, batches: Mapping[str, Sequence[tuple[int, bytes]]], timeout_milliseconds: int
    ) -> None:
        """Take by topic the pairs of a partition and its batch."""
        self._batches = batches
        self._timeout_milliseconds = timeout_milliseconds

    def encode(self) -> bytes:
        """Write the body."""
        topics = len(self._batches)
        parts = [BODY.pack(NO_TRANSACTION, BY_ALL, self._timeout_milliseconds, topics)]
        for topic, batches in self._batches.items():
            parts.append(array(topic, len(batches)))
            for partition, batch in batches:
                parts += (PARTITION.pack(partition, len(batch)), batch)
        return b"".join(parts)


def read_answer(body: bytes) -> Iterator[Produced]:
    """Read what came of each batch."""
    (topics,) = INT.unpack_from(body)
    at = INT.size
    for _ in range(topics):
        topic, partitions, at = read_array(body, at)
        for _ in range(partitions):
            number, error_code, _, _ = ANSWERED_PARTITION.unpack_from(body, at)
            at += ANSWERED_PARTITION.size
            yield Produced(topic, number, error_code)
