"""A circuit breaker: an outside system that fails or asks for rest is left alone for a while."""

import time
from collections import deque
from collections.abc import Callable

import structlog

from shared.metrics import Metrics
from shared.patience import backoff_seconds

log = structlog.get_logger()

FAILURES_MAX = 5
BURST_SECONDS = 5.0
"""One thing that fails again and again, each time later, never fails so often in so short a time:
what is wrong with one order is no reason to leave the system alone for all others."""

FIRST_SECONDS = 1.0
LAST_SECONDS = 30.0
HOLD_SECONDS_MAX = 900.0


class Breaker:
    """Opens after a burst of failures, then at each further one for longer; a success closes it.

    While it is open, workers begin nothing that needs the system. When the time is over they may
    try again: they are few, so what they try is a small probe.
    """

    def __init__(
        self,
        system: str,
        metrics: Metrics,
        *,
        failures_max: int = FAILURES_MAX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._failed_at: deque[float] = deque(maxlen=failures_max)
        self._clock = clock
        self._holds = 0
        self._held_until = 0.0
        self._held = metrics.outside_held.labels(system)
        self._answered = metrics.outside_answers.labels(system, "answered")
        self._unanswered = metrics.outside_answers.labels(system, "failed")
        self._held.set_function(lambda: float(self.is_open))

    @property
    def is_open(self) -> bool:
        """Whether the system is to be left alone now."""
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """For how long the system is to be left alone from now on."""
        return max(0.0, self._held_until - self._clock())

    def succeeded(self) -> None:
        """Note that the system answered, be it a refusal."""
        self._answered.inc()
        if self._holds:
            log.info("outside_system_recovered", system=self._system, holds=self._holds)
        self._holds = 0
        self._failed_at.clear()

    def failed(self, retry_after: float | None = None) -> None:
        """Note that it did not answer sensibly, or when it wants to be asked again."""
        self._unanswered.inc()
        if retry_after is not None:
            self.hold(retry_after)
            return
        if self.is_open:
            return  # It was asked before: what fails side by side is one failed trial.
        self._failed_at.append(self._clock())
        is_full = len(self._failed_at) == self._failed_at.maxlen
        is_burst = is_full and self._failed_at[-1] - self._failed_at[0] <= BURST_SECONDS
        if self._holds or is_burst:
            self._holds += 1
            self.hold(backoff_seconds(self._holds, first=FIRST_SECONDS, last=LAST_SECONDS))

    def hold(self, seconds: float) -> None:
        """Leave the system alone for so long: it asks for rest, or is in trouble."""
        if self.rest(seconds):
            log.warning(
                "outside_system_held",
                system=self._system,
                seconds=round(seconds, 3),
                holds=self._holds,
            )

    def rest(self, seconds: float) -> bool:
        """Leave the system alone until its budget allows the next request, which is no trouble.

        False when it is left alone for as long anyway.
        """
        until = self._clock() + min(seconds, HOLD_SECONDS_MAX)
        if until <= self._held_until:
            return False
        self._held_until = until
        return True
