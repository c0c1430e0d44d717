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
WAITING_MAX = 10_000


class Overloaded(Exception):
    """More waits for its commit than memory should hold; try again in a moment."""


@dataclass(frozen=True, slots=True)
class Waiting(Generic[T, R]):
    """An item and the one who waits for its commit, who may have given up meanwhile."""

    item: T
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
    ) -> None:
        """Take `commit`, which stores all items in one transaction and gives a result for each."""
        self._commit = commit
        self._waiting_max = waiting_max
        self._waiting: deque[Waiting[T, R]] = deque()
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """Store the item; returns its result after its commit, or raises what kept it out."""
        if len(self._waiting) >= self._waiting_max:
            raise Overloaded(f"{self._waiting_max} items wait to be stored")
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(item, result))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="group-commit")
        return await result

    async def _flush(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), GROUP_MAX)
            await self._store([self._waiting.popleft() for _ in range(size)])

    async def _store(self, group: Sequence[Waiting[T, R]]) -> None:
        """Commit the group; when one item spoils it, commit each alone."""
        try:
            results = await self._commit([waiting.item for waiting in group])
        except PASSING as error:
            for waiting in group:
                waiting.fail(error)
        except Exception as error:  # noqa: BLE001 - whoever waits for the item is told
            if len(group) == 1:
                group[0].fail(error)
                return
            for waiting in group:
                await self._store([waiting])
        else:
            for waiting, result in zip(group, results, strict=True):
                waiting.succeed(result)
