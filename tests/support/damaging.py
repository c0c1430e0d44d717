"""Batches of records on a broker's disk, which a test may damage and mend."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaProducer

from deploy.topics import ORDERS
from shared.cloudevents import encode
from shared.events import Event
from shared.unread import HEAD, LENGTH_ENDS

LENGTH_AT, SUM_AT, DELTA_AT, COUNT_AT, RECORDS_AT = 8, 17, 23, 57, HEAD.size
PARTITION = 0


@dataclass(frozen=True, slots=True)
class Disk:
    """A broker, and the folder that its data is in."""

    servers: str
    data: Path

    @contextmanager
    def damaged(
        self, offset: int, at: int, change: bytes | None = None, topic: str = ORDERS
    ) -> Iterator[None]:
        """Change bytes of the newest batch of a topic that begins at the offset, for a while.

        Without any, the byte there has all its bits turned.
        """
        file = self._file(topic)
        start = find(file.read_bytes(), offset)
        before = file.read_bytes()[start + at : start + at + len(change or b" ")]
        write(file, start + at, change or bytes([before[0] ^ 0xFF]))
        try:
            yield
        finally:
            write(file, start + at, before)

    def length_up_to(self, offset: int, until: int) -> bytes:
        """Give the length with which one batch of the orders would reach up to another."""
        log = self._file(ORDERS).read_bytes()
        return (find(log, until) - find(log, offset) - LENGTH_ENDS).to_bytes(4, "big")

    def _file(self, topic: str) -> Path:
        return max((self.data / f"{topic}-{PARTITION}").glob("*.log"))


def find(log: bytes, offset: int) -> int:
    """Give where the batch lies that begins at the offset."""
    at = 0
    while at < len(log):
        base, length, *_ = HEAD.unpack_from(log, at)
        if base == offset:
            return at
        at += LENGTH_ENDS + length
    raise AssertionError(f"no batch begins at {offset}")


def write(file: Path, at: int, change: bytes) -> None:
    """Write over bytes of a file that a broker has open."""
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(change)


async def publish_together(
    servers: str, *batches: Sequence[Event], topic: str = ORDERS
) -> list[int]:
    """Write each batch as one on a topic's first partition; give where they begin."""
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    offsets = []
    try:
        for events in batches:
            batch = producer.create_batch()
            for event in events:
                message = encode(event, "ingest")
                headers = [(name, value.encode()) for name, value in message.headers]
                batch.append(
                    key=message.key.encode(), value=message.value, timestamp=None, headers=headers
                )
            batch.close()
            sent = await (await producer.send_batch(batch, topic, partition=PARTITION))
            offsets.append(sent.offset)
    finally:
        await producer.stop()
    return offsets
