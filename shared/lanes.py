"""Lanes: things that are leased many at a time and done side by side, each in a lane of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from shared.breaker import Breaker
from shared.logs import about
from shared.metrics import Metrics
from shared.signals import wait_for_signal
from shared.unexpected import Claimed, Unreadable, is_unexpected

log = structlog.get_logger()

HALF_FREE_SECONDS = 0.25
"""How long one free lane waits for more of them."""

T = TypeVar("T", bound=Claimed)


@dataclass(frozen=True, slots=True)
class Steps(Generic[T]):
    """How things are taken, done, and put off."""

    take: Callable[[int], Awaitable[Sequence[T | Unreadable[Any]]]]
    """Leases at most so many things."""
    do: Callable[[T], Awaitable[None]]
    """Does one of them, and deals with whatever may be expected to go wrong."""
    put_off: Callable[[Any, Exception], Awaitable[None]]
    """Has what was taken by a claim wait because of what nobody expected, or tells a person."""


class Lanes(Generic[T]):
    """Takes what waits as far as lanes are free; what is just being queued may have them at once.

    While something may wait already it goes first, and nothing is begun ahead of it.
    """

    def __init__(
        self,
        name: str,
        steps: Steps[T],
        *,
        lanes: int,
        metrics: Metrics,
        service: str,
    ) -> None:
        """Take `steps`, and in how many lanes they go on side by side."""
        self._service, self._name = service, name
        self.steps = steps
        self._lanes = lanes
        self._begun = metrics.work.labels(name)
        self._failed = metrics.work_failed.labels(name)
        self._breakers: tuple[Breaker, ...] = ()
        self._busy: set[asyncio.Task[None]] = set()
        self._kept = 0
        self._ended = asyncio.Event()
        self._is_open = False
        self.asked = 0
        """How many were asked for last."""
        self._is_behind = True

    def heed(self, *breakers: Breaker) -> None:
        """Begin nothing while one of the breakers is open."""
        self._breakers = breakers

    @property
    def _is_held(self) -> bool:
        return any(breaker.is_open for breaker in self._breakers)

    def open(self) -> None:
        """Let things be begun."""
        self._is_open = True

    def close(self) -> None:
        """Begin nothing new."""
        self._is_open = False
        self._ended.set()

    def are_free_for(self, count: int) -> bool:
        """Tell whether so many things may be leased while they are queued, and begun at once."""
        is_ready = self._is_open and not self._is_behind and not self._is_held
        return is_ready and count <= self._unused

    @property
    def _unused(self) -> int:
        return max(self._lanes - len(self._busy) - self._kept, 0)

    @contextmanager
    def keep(self, count: int) -> Iterator[bool]:
        """Keep so many lanes for what a statement leases; False when they are not free."""
        are_free = self.are_free_for(count)
        kept = count if are_free else 0
        self._kept += kept
        try:
            yield are_free
        finally:
            self._kept -= kept
            self._look_again()

    def begin(self, things: Sequence[T]) -> None:
        """Do things that are leased, each in a lane that was kept for it.

        At the end nothing is begun: the leases run out, and another process takes the things.
        """
        if self._is_open:
            self._begun.inc(len(things))
            self._start(things)

    def _start(self, things: Iterable[T | Unreadable[Any]]) -> None:
        for thing in things:
            task = asyncio.create_task(self._attempt(thing), name=self._name)
            self._busy.add(task)
            task.add_done_callback(self._end)

    async def do_next(self) -> int:
        """Begin what waits, as far as lanes are free, and tell how much that was.

        Waits a while for half of the lanes, so that the next ones are again taken many at a time,
        and then for any: slow things keep their own lanes only, however many they are.
        """
        await self._wait_for_lanes()
        if not self._is_open:
            return 0
        self.asked = self._unused
        self._is_behind = True
        taken = await self._take_some(self.asked)
        self._is_behind = self._is_held or len(taken) == self.asked
        self._start(taken)
        return len(taken)

    async def _wait_for_lanes(self) -> None:
        while self._is_open and not self._is_half_free:
            self._ended.clear()
            if not await wait_for_signal(self._ended, HALF_FREE_SECONDS) and self._unused:
                return

    async def _take_some(self, limit: int) -> Sequence[T | Unreadable[Any]]:
        return [] if self._is_held else await self.steps.take(limit)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._look_again()

    def _look_again(self) -> None:
        """Let the next things be taken once half of the lanes are free."""
        if self._is_half_free:
            self._ended.set()

    @property
    def _is_half_free(self) -> bool:
        return self._unused >= self._lanes - self._lanes // 2

    async def do_one(self) -> bool:
        """Do one thing to its end; False when nothing waits."""
        taken = await self._take_some(1)
        for thing in taken:
            await self._read_and_do(thing)
        return bool(taken)

    async def finish(self) -> None:
        """Wait for what has begun."""
        while self._busy:
            await asyncio.wait(self._busy)

    def give_up(self) -> None:
        """Cancel what has begun and is not finished; its lease runs out, and it is taken again."""
        for task in self._busy:
            task.cancel()

    async def _attempt(self, thing: T | Unreadable[Any]) -> None:
        """Do one thing; what fails unexpectedly is put off, each time for longer.

        While the database is away its lease runs out, and it is taken again.
        """
        try:
            await self._read_and_do(thing)
        except Exception as error:
            self._failed.inc()
            with about(thing.claim.order_id):
                log.exception("work_failed", worker=self._name, service=self._service)
                if is_unexpected(error):
                    await self._try_to_put_off(thing, error)

    async def _read_and_do(self, thing: T | Unreadable[Any]) -> None:
        if isinstance(thing, Unreadable):
            raise thing.error
        await self.steps.do(thing)

    async def _try_to_put_off(self, thing: T | Unreadable[Any], error: Exception) -> None:
        try:
            await self.steps.put_off(thing.claim, error)
        except Exception:
            log.exception("work_not_put_off", worker=self._name, service=self._service)
