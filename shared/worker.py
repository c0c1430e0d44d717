"""Work at the service's own pace: do what waits, sleep when nothing does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from shared.database import PASSING, Database
from shared.metrics import Metrics
from shared.patience import backoff_seconds
from shared.relay import wait_for_signal

log = structlog.get_logger()

T = TypeVar("T")

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
        begun: "Lanes[Any] | None" = None,
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
                    error=repr(error),
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


class Lanes(Generic[T]):
    """Things that are taken many at a time and done side by side, each in a lane of its own."""

    def __init__(
        self,
        name: str,
        take: Callable[[int], Awaitable[Sequence[T]]],
        do: Callable[[T], Awaitable[None]],
        *,
        lanes: int,
        metrics: Metrics,
    ) -> None:
        """Take `take`, which leases at most so many things, and `do`, which does one of them."""
        self._name = name
        self._take = take
        self._do = do
        self._lanes = lanes
        self._metrics = metrics
        self._busy: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self.asked = 0
        """How many were asked for last."""

    async def do_next(self) -> int:
        """Begin what waits, as far as lanes are free, and tell how much that was.

        Comes back when half of the lanes are free: a slow thing keeps its own lane only, and the
        next ones are again taken many at a time.
        """
        self.asked = self._lanes - len(self._busy)
        taken = await self._take(self.asked)
        for thing in taken:
            task = asyncio.create_task(self._attempt(thing), name=self._name)
            self._busy.add(task)
            task.add_done_callback(self._end)
        while len(self._busy) > self._lanes // 2:
            self._ended.clear()
            await self._ended.wait()
        return len(taken)

    def _end(self, task: asyncio.Task[None]) -> None:
        """Let the next things be taken once half of the lanes are free."""
        self._busy.discard(task)
        if len(self._busy) <= self._lanes // 2:
            self._ended.set()

    async def do_one(self) -> bool:
        """Do one thing to its end; False when nothing waits."""
        taken = await self._take(1)
        for thing in taken:
            await self._do(thing)
        return bool(taken)

    async def finish(self) -> None:
        """Wait for what has begun."""
        while self._busy:
            await asyncio.wait(self._busy)

    def give_up(self) -> None:
        """Cancel what has begun and is not finished; its lease runs out, and it is taken again."""
        for task in self._busy:
            task.cancel()

    async def _attempt(self, thing: T) -> None:
        """Do one thing; after an unexpected failure its lease runs out, and it is taken again."""
        try:
            await self._do(thing)
        except Exception:
            self._metrics.work_failed.labels(self._name).inc()
            log.exception("work_failed", worker=self._name)
