"""What keeps a reader of the stream from reading, and when it is given up."""

import asyncio
from time import monotonic

import structlog
from aiokafka.errors import KafkaError

log = structlog.get_logger()

PART = "read the stream"
PAUSE_SECONDS = 5.0
AGAIN_SECONDS = 10.0
"""What is complained of within this time of the last complaint is the same trouble."""
IN_A_ROW_MAX = 6


class Complaints:
    """What the reader complains of; one that only complains is ended, and its process with it.

    That the broker is away is no complaint: aiokafka waits for it. What it complains of is a right
    that is missing, or a part of itself that has died and that nothing but a new start brings back.
    """

    def __init__(self) -> None:
        self._in_a_row = 0
        self._heeded_at = self._said_at = -AGAIN_SECONDS
        self._last = ""

    @property
    def trouble(self) -> str:
        """Give what is complained of now; empty when nothing is."""
        return self._last if monotonic() < self._said_at + AGAIN_SECONDS else ""

    def say(self, error: KafkaError) -> None:
        """Say what is wrong with one partition: the others are read, so nothing is ended."""
        self._said_at = monotonic()
        self._last = f"cannot be read: {type(error).__name__}"
        log.error("stream_not_read", error=repr(error))

    async def heed(self, error: KafkaError) -> None:
        """Say it, and wait before the reader tries again; raises it when it comes too often."""
        now = monotonic()
        self._in_a_row = 1 if now > self._heeded_at + AGAIN_SECONDS else self._in_a_row + 1
        self._heeded_at = now
        self.say(error)
        if self._in_a_row >= IN_A_ROW_MAX:
            raise error
        await asyncio.sleep(PAUSE_SECONDS)
