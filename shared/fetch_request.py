"""The request for records and its answer: version 4, which brokers know since 0.11."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from struct import Struct
from typing import NamedTuple

from shared.raw_request import INT, RawRequest, array, read_array

WAIT_MILLISECONDS = 500
"""How long the broker holds a request that it has nothing for.

It holds one of ours at a time, and partitions that we are given meanwhile wait for its end: this is
what each change of members costs a reader that was idle.
"""
BYTES_MAX = 4 * 1024 * 1024
PARTITION_BYTES_MAX = 1024 * 1024
"""More comes only where a single batch of records is larger."""

NO_REPLICA = -1
UNCOMMITTED = 0  # of transactions, which nobody uses here

BODY = Struct(">iiiibi")
PARTITION = Struct(">iqi")
ANSWER = Struct(">ii")
ANSWERED_PARTITION = Struct(">ihqqi")
ABORTED_BYTES = 16


class Fetched(NamedTuple):
    """What came of one partition: batches of records, or an error."""

    topic: str
    partition: int
    error_code: int
    records: bytes
    end: int
    """Up to which offset there is anything; -1 where the broker does not say."""


class FetchAnswer:
    """The body of an answer."""

    @staticmethod
    def decode(body: BytesIO) -> list[Fetched]:
        """Read all that has records or an error."""
        return list(read_answer(body.read()))


class FetchRequest(RawRequest):
    """Asks for what comes from an offset of each partition on."""

    API_KEY = 1
    VERSION = 4
    RESPONSE_TYPE = FetchAnswer

    def __init__(self, wanted: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        """Take by topic the pairs of a partition and an offset."""
        self._wanted = wanted

    def encode(self) -> bytes:
        """Write the body."""
        topics = len(self._wanted)
        parts = [BODY.pack(NO_REPLICA, WAIT_MILLISECONDS, 1, BYTES_MAX, UNCOMMITTED, topics)]
        for topic, partitions in self._wanted.items():
            parts.append(array(topic, len(partitions)))
            parts += [PARTITION.pack(*partition, PARTITION_BYTES_MAX) for partition in partitions]
        return b"".join(parts)


def read_answer(body: bytes) -> Iterator[Fetched]:
    """Read each partition that has records or an error."""
    _, topics = ANSWER.unpack_from(body)
    at = ANSWER.size
    for _ in range(topics):
        topic, partitions, at = read_array(body, at)
        for _ in range(partitions):
            number, error_code, end, _, aborted = ANSWERED_PARTITION.unpack_from(body, at)
            at += ANSWERED_PARTITION.size + max(aborted, 0) * ABORTED_BYTES
            (size,) = INT.unpack_from(body, at)
            start = at + INT.size
            at = start + max(size, 0)
            if at > start or error_code:
                yield Fetched(topic, number, error_code, body[start:at], end)
