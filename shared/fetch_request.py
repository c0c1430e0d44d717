"""The request for records and its answer, as bytes: version 4, which brokers know since 0.11.

aiokafka writes and reads every message field by field, from a description of its fields. That is
for what is asked now and then; for records is asked after each event.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from struct import Struct
from typing import NamedTuple

from aiokafka.errors import IncompatibleBrokerVersion

API_KEY = 1
VERSION = 4
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

REQUEST_HEADER = Struct(">hhih")
REQUEST = Struct(">iiiibi")
PARTITION = Struct(">iqi")
ANSWER = Struct(">ii")
ANSWERED_PARTITION = Struct(">ihqqi")
ABORTED_BYTES = 16
SHORT = Struct(">h")
INT = Struct(">i")


class Fetched(NamedTuple):
    """What came of one partition: batches of records, or an error."""

    topic: str
    partition: int
    error_code: int
    records: bytes


class Bytes(NamedTuple):
    """Something that is written already."""

    written: bytes

    def encode(self) -> bytes:
        """Give it as aiokafka asks for it."""
        return self.written


class Correlation(NamedTuple):
    """The head of an answer."""

    correlation_id: int


class Answer:
    """The body of an answer."""

    @staticmethod
    def decode(body: BytesIO) -> list[Fetched]:
        """Read what is behind the head: all that has records or an error."""
        return list(read_answer(body.read()))


class FetchRequest:
    """Asks for what comes behind an offset of each partition, given by topic.

    It is for aiokafka's client, which gives as the answer a list of what was fetched.
    """

    RESPONSE_TYPE = Answer

    def __init__(self, wanted: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        """Take pairs of a partition and an offset."""
        self._wanted = wanted

    def prepare(self, versions: Mapping[int, tuple[int, int]]) -> "FetchRequest":
        """Give the request for a broker that speaks these versions."""
        least, most = versions[API_KEY]
        if not least <= VERSION <= most:
            raise IncompatibleBrokerVersion(
                f"the broker takes versions {least} to {most} of Fetch, not {VERSION}"
            )
        return self

    def build_request_header(self, correlation_id: int, client_id: str) -> Bytes:
        """Write the head."""
        name = client_id.encode()
        return Bytes(REQUEST_HEADER.pack(API_KEY, VERSION, correlation_id, len(name)) + name)

    def encode(self) -> bytes:
        """Write the body."""
        parts = [
            REQUEST.pack(
                NO_REPLICA, WAIT_MILLISECONDS, 1, BYTES_MAX, UNCOMMITTED, len(self._wanted)
            )
        ]
        for topic, partitions in self._wanted.items():
            name = topic.encode()
            parts += (SHORT.pack(len(name)), name, INT.pack(len(partitions)))
            parts += [PARTITION.pack(*partition, PARTITION_BYTES_MAX) for partition in partitions]
        return b"".join(parts)

    def parse_response_header(self, head: BytesIO) -> Correlation:
        """Read the head of the answer."""
        return Correlation(*INT.unpack(head.read(INT.size)))


def read_answer(body: bytes) -> Iterator[Fetched]:
    """Read each partition that has records or an error."""
    _, topics = ANSWER.unpack_from(body)
    at = ANSWER.size
    for _ in range(topics):
        (length,) = SHORT.unpack_from(body, at)
        at += SHORT.size + length
        topic = body[at - length : at].decode()
        (partitions,) = INT.unpack_from(body, at)
        at += INT.size
        for _ in range(partitions):
            number, error_code, _, _, aborted = ANSWERED_PARTITION.unpack_from(body, at)
            at += ANSWERED_PARTITION.size + max(aborted, 0) * ABORTED_BYTES
            (size,) = INT.unpack_from(body, at)
            at += INT.size + max(size, 0)
            if size > 0 or error_code:
                yield Fetched(topic, number, error_code, body[at - max(size, 0) : at])
