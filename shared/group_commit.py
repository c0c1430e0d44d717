"""Group commit: what arrives together shares one transaction, and each waits for its commit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.database import PASSING

T = TypeVar("T")
R = TypeVar("R")

GROUP_MAX = 500
GROUP_BYTES_MAX = 8 * 1024 * 1024
WAITING_MAX = 10_000
WAITING_BYTES_MAX = 64 * 1024 * 1024


class Overloaded(Exception):
    """More waits for its commit than memory should hold, or for longer; try again in a moment."""


@dataclass(slots=True)
class Waiting(Generic[T, R]):
    """An item and the one who waits for its commit, who may have given up meanwhile."""

    item: T
    size_bytes: int
    since: float
    result: asyncio.Future[R]

    def succeed(self, result: R) -> None:
        """Tell that the item is committed."""
        if not self.result.done():
            self.result.set_result(result)

    def fail(self, error: Exception) -> None:
        """Tell that the item is not committed, and why."""
        if not self.result.done():
            self.result.set_exception(error)


class GroupCommit(Generic[T, R]):
    """Gathers items while a commit is under way, and commits them together afterwards."""

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        waiting_max: int = WAITING_MAX,
        seconds_max: float | None = None,
        size_of: Callable[[T], int] = lambda _: 0,
    ) -> None:
        """Take `commit`, which stores all items in one transaction and gives a result for each.

        Within `seconds_max` each item is committed or has failed: half of it may pass until its
        commit begins, half until that ends. `size_of` tells the bytes of memory an item takes.
        """
        self._commit = commit
        self._waiting_max = waiting_max
        self._half_seconds = seconds_max / 2 if seconds_max is not None else None
        self._size_of = size_of
        self._waiting: deque[Waiting[T, R]] = deque()
        self._waiting_bytes = 0
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """Store the item; returns its result after its commit, or raises what kept it out."""
        if len(self._waiting) >= self._waiting_max or self._waiting_bytes >= WAITING_BYTES_MAX:
            raise Overloaded(f"{len(self._waiting)} items wait to be stored")
        loop = asyncio.get_running_loop()
        waiting: Waiting[T, R] = Waiting(
            item, self._size_of(item), loop.time(), loop.create_future()
        )
        self._waiting.append(waiting)
        self._waiting_bytes += waiting.size_bytes
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="group-commit")
        return await waiting.result

    async def _flush(self) -> None:
        while self._waiting:
            if group := self._next_group():
                await self._store(group)

    def _next_group(self) -> list[Waiting[T, R]]:
        """Take what has waited longest, as much as one statement should carry."""
        latest = asyncio.get_running_loop().time() - (self._half_seconds or float("inf"))
        group: list[Waiting[T, R]] = []
        size = 0
        while self._waiting and len(group) < GROUP_MAX and size < GROUP_BYTES_MAX:
            waiting = self._waiting.popleft()
            size += waiting.size_bytes
            if waiting.since < latest:
                waiting.fail(Overloaded(f"it waited for {self._half_seconds} seconds to be stored"))
            else:
                group.append(waiting)
        self._waiting_bytes -= size
        return group

    async def _store(self, group: Sequence[Waiting[T, R]]) -> None:
        """Commit the group; when one item spoils it, commit each half without the other."""
        try:
            async with asyncio.timeout(self._half_seconds):
                results = await self._commit([waiting.item for waiting in group])
        except PASSING as error:
            for waiting in group:
                waiting.fail(error)
        except Exception as error:  # noqa: BLE001 - whoever waits for the item is told
            if len(group) == 1:
                group[0].fail(error)
                return
            middle = len(group) // 2
            await self._store(group[:middle])
            await self._store(group[middle:])
        else:
            for waiting, result in zip(group, results, strict=True):
                waiting.succeed(result)
