"""Work at the service's own pace: do what waits, sleep when nothing does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from shared.database import Database
from shared.database_errors import PASSING
from shared.error_words import words_of
from shared.lanes import Lanes
from shared.metrics import Metrics
from shared.patience import backoff_seconds
from shared.signals import wait_for_signal

log = structlog.get_logger()

FAILED_SECONDS_MAX = 2.0


class Worker:
    """Does one thing after another, whenever its signal says that something may wait."""

    def __init__(
        self,
        name: str,
        do_next: Callable[[], Awaitable[int]],
        *,
        signal: str,
        poll_seconds: float | None = None,
        begun: Lanes[Any] | None = None,
    ) -> None:
        """Take `do_next`, which gives how much it did.

        It looks by itself so often as `poll_seconds` says, if that is given. `begun` holds what
        `do_next` has only begun.
        """
        self.name = name
        self.do_next = do_next
        self.signal = signal
        self._poll_seconds = poll_seconds
        self._begun = begun
        self._stopping = False

    async def run(self, database: Database, metrics: Metrics) -> None:
        """Work until `stop` is called, then finish what is at hand."""
        self._stopping = False
        if self._begun is not None:
            self._begun.open()
        signal, unsubscribe = database.subscribe(self.signal)
        try:
            await self._work(signal, database.service, metrics)
            if self._begun is not None:
                await self._begun.finish()
        finally:
            unsubscribe()
            if self._begun is not None:
                self._begun.give_up()

    def stop(self, database: Database) -> None:
        """Begin nothing new."""
        self._stopping = True
        if self._begun is not None:
            self._begun.close()
        database.fire(self.signal)

    async def _work(self, signal: asyncio.Event, service: str, metrics: Metrics) -> None:
        failures = 0
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
                    service=service,
                    error=words_of(error),
                    exc_info=not isinstance(error, PASSING),
                )
                await wait_for_signal(signal, backoff_seconds(failures, last=FAILED_SECONDS_MAX))
                continue
            failures = 0
            if worked:
                metrics.work.labels(self.name).inc(worked)
            if self._is_all(worked) and not self._stopping:
                await wait_for_signal(signal, self._poll_seconds)

    def _is_all(self, worked: int) -> bool:
        """Tell that nothing more waits: nothing did, or less than had been asked for."""
        return worked < self._begun.asked if self._begun else not worked
