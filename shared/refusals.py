"""Webhooks that are refused: who sends them gives up after some hours, and their news are lost."""

import time
from collections.abc import Callable

import structlog
from prometheus_client import Counter

from shared.metrics import Metrics

SAID_EVERY_SECONDS = 60.0
"""Strangers can be refused as often as they like; they shall not fill the log."""

log = structlog.get_logger()


class Refusals:
    """Counts refusals, and tells of them in the log now and then."""

    def __init__(self, metrics: Metrics, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._counter = Counter(
            "platen_webhooks_refused", "Webhooks answered 401.", registry=metrics.registry
        )
        self._clock = clock
        self._said_at = -SAID_EVERY_SECONDS
        self._unsaid = 0

    def note(self, reason: str) -> None:
        """Count one; `reason` holds nothing of what was sent."""
        self._counter.inc()
        self._unsaid += 1
        if self._clock() >= self._said_at + SAID_EVERY_SECONDS:
            log.warning("webhooks_refused", reason=reason, count=self._unsaid)
            self._said_at, self._unsaid = self._clock(), 0
