"""Work at the service's own pace: do what waits, sleep when nothing does."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.database import PASSING, Database
from shared.metrics import Metrics
from shared.patience import backoff_seconds
from shared.relay import wait_for_signal

log = structlog.get_logger()

POLL_SECONDS = 1.0
DRAIN_SECONDS = 20.0
FAILED_SECONDS_MAX = 5.0


class Worker:
    """Some lanes that each do one thing after another; things in different lanes run together."""

    def __init__(
        self,
        name: str,
        do_next: Callable[[], Awaitable[bool]],
        *,
        signal: str,
        lanes: int = 1,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Take `do_next`, which gives False when nothing waits; `signal` says that something may.

        What is due later, or was queued by another process, is found by polling.
        """
        self.name = name
        self.do_next = do_next
        self._signal = signal
        self._lanes = lanes
        self._poll_seconds = poll_seconds
        self._stopping = False

    async def run(self, database: Database, metrics: Metrics) -> None:
        """Work until `stop` is called, then finish what is at hand."""
        self._stopping = False
        async with asyncio.TaskGroup() as lanes:
            for lane in range(self._lanes):
                lanes.create_task(self._work(database, metrics, polls=lane == 0))

    def stop(self, database: Database) -> None:
        """Begin nothing new."""
        self._stopping = True
        database.fire(self._signal)

    async def _work(self, database: Database, metrics: Metrics, *, polls: bool) -> None:
        """Work in one lane; only one of them polls, and it wakes the others when it finds work."""
        signal, unsubscribe = database.subscribe(self._signal)
        has_polled = False
        failures = 0
        try:
            while not self._stopping:
                signal.clear()
                try:
                    worked = await self.do_next()
                except Exception as error:
                    failures += 1
                    metrics.work_failed.labels(self.name).inc()
                    log.exception(
                        "work_failed",
                        worker=self.name,
                        service=database.service,
                        error=repr(error),
                        exc_info=not isinstance(error, PASSING),
                    )
                    wait = backoff_seconds(failures, last=FAILED_SECONDS_MAX)
                    await wait_for_signal(signal, wait)
                    continue
                failures = 0
                if worked:
                    metrics.work.labels(self.name).inc()
                    if has_polled:
                        database.fire(self._signal)
                elif not self._stopping:
                    await wait_for_signal(signal, self._poll_seconds if polls else None)
                has_polled = not worked and not signal.is_set()
        finally:
            unsubscribe()
