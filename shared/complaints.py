"""What keeps a reader of the stream from reading: FastStream tells it to nobody but its logger."""

import asyncio
import logging
from collections.abc import Mapping
from time import monotonic
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from shared.ending import Ending

log = structlog.get_logger()

PART = "read the stream"
AGAIN_SECONDS = 10.0
"""FastStream tries again five seconds after an error: the next one within this time follows it."""
IN_A_ROW_MAX = 6


class Complaints:
    """The logger that FastStream is given; a reader that only complains ends the process.

    That the broker is away is no complaint: aiokafka waits for it. What it complains of is a right
    that is missing, or a part of itself that has died and that nothing but a new start brings back.
    """

    def __init__(self, ending: Ending) -> None:
        self._ending = ending
        self._in_a_row = 0
        self._complained_at = -AGAIN_SECONDS
        self._last = ""

    @property
    def trouble(self) -> str:
        """Give what is complained of now; empty when nothing is."""
        return self._last if monotonic() < self._complained_at + AGAIN_SECONDS else ""

    def log(
        self,
        level: int,
        message: Any,
        /,
        *,
        exc_info: Any = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Take what FastStream says; the extra tells nothing that is not known."""
        del extra
        if level < logging.ERROR or isinstance(exc_info, asyncio.CancelledError):
            return
        now = monotonic()
        self._in_a_row = 1 if now > self._complained_at + AGAIN_SECONDS else self._in_a_row + 1
        self._complained_at = now
        self._last = f"cannot be read: {type(exc_info).__name__}"
        log.error("stream_not_read", message=str(message), error=repr(exc_info))
        if not isinstance(exc_info, KafkaError) or self._in_a_row >= IN_A_ROW_MAX:
            self._ending.die(PART, exc_info)
