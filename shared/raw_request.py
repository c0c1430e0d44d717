"""Requests to a Kafka broker that are written and read as bytes, for aiokafka's client.

aiokafka writes and reads every message field by field, from a description of its fields. That is
for what is asked now and then; records are asked for, and sent, with each event.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from io import BytesIO
from struct import Struct
from typing import Any, ClassVar, NamedTuple

from aiokafka.errors import IncompatibleBrokerVersion, KafkaConnectionError

HEADER = Struct(">hhih")
SHORT = Struct(">h")
INT = Struct(">i")

CLOSED = "the handler is closed"
"""How uvloop says it: with no class of its own."""


class Bytes(NamedTuple):
    """Something that is written already."""

    written: bytes

    def encode(self) -> bytes:
        """Give it as aiokafka asks for it."""
        return self.written


class Correlation(NamedTuple):
    """The head of an answer."""

    correlation_id: int


class RawRequest(ABC):
    """What aiokafka's client asks of a request, in one version of the protocol."""

    API_KEY: ClassVar[int]
    VERSION: ClassVar[int]
    RESPONSE_TYPE: ClassVar[Any]
    """Has `decode`, which reads the body of the answer; the client gives what comes of that."""

    @abstractmethod
    def encode(self) -> bytes:
        """Write the body."""

    def prepare(self, versions: Mapping[int, tuple[int, int]]) -> "RawRequest":
        """Give the request for a broker that speaks these versions, by API key."""
        least, most = versions[self.API_KEY]
        if not least <= self.VERSION <= most:
            name = type(self).__name__
            raise IncompatibleBrokerVersion(
                f"the broker takes versions {least} to {most} of {name}, not {self.VERSION}"
            )
        return self

    def build_request_header(self, correlation_id: int, client_id: str) -> Bytes:
        """Write the head."""
        name = client_id.encode()
        head = HEADER.pack(self.API_KEY, self.VERSION, correlation_id, len(name))
        return Bytes(head + name)

    def parse_response_header(self, head: BytesIO) -> Correlation:
        """Read the head of the answer."""
        return Correlation(*INT.unpack(head.read(INT.size)))


async def ask(client: Any, node: int, request: Any) -> Any:
    """Send a request, of ours or of aiokafka's, and give the answer; raises KafkaError."""
    try:
        return await client.send(node, request)
    except RuntimeError as error:
        if is_of_closing(error):
            raise KafkaConnectionError(str(error)) from error
        raise


def is_of_closing(error: Exception) -> bool:
    """Tell whether uvloop raised it of a connection that it closed, and aiokafka does not know."""
    return type(error) is RuntimeError and CLOSED in str(error)


def array(name: str, count: int) -> bytes:
    """Write a topic's name and how many partitions follow."""
    written = name.encode()
    return SHORT.pack(len(written)) + written + INT.pack(count)


def read_array(body: bytes, at: int) -> tuple[str, int, int]:
    """Read a topic's name, how many partitions follow, and where."""
    (length,) = SHORT.unpack_from(body, at)
    at += SHORT.size + length
    (count,) = INT.unpack_from(body, at)
    return body[at - length : at].decode(), count, at + INT.size
