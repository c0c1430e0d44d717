"""Group commit: what arrives together shares one transaction, and each waits for its commit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

import structlog
from msgspec import Struct

from shared.database_errors import PASSING, UNPREPARED

log = structlog.get_logger()

T = TypeVar("T")
R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

News = Sequence[tuple[Callable[[Any], None], Any]]
"""Whom to tell what."""

GROUP_MAX = 500
GROUP_BYTES_MAX = 8 * 1024 * 1024
EVEN_MIN = 16
"""From here on groups are made even, see `GroupCommit`."""
WAITING_MAX = 10_000
WAITING_BYTES_MAX = 64 * 1024 * 1024

TOO_LATE = "it waited for {} seconds to be stored"


class Overloaded(Exception):
    """More waits for its commit than memory should hold, or for longer; try again in a moment."""


class Waiter(Protocol[R_contra]):
    """Who waits for an item's commit, and is told of it once."""

    def succeed(self, result: R_contra, /) -> None:
        """Take the result: the item is committed."""

    def fail(self, error: Exception, /) -> None:
        """Take what kept the item out: it is not committed."""


class Awaiting(Generic[R]):
    """A waiter that awaits, and may have given up meanwhile."""

    def __init__(self) -> None:
        self.result: asyncio.Future[R] = asyncio.get_running_loop().create_future()

    def succeed(self, result: R) -> None:
        """Give the result to who awaits it."""
        if not self.result.done():
            self.result.set_result(result)

    def fail(self, error: Exception) -> None:
        """Raise the error where the result is awaited."""
        if not self.result.done():
            self.result.set_exception(error)


class Waiting(Struct, Generic[T, R], frozen=True):
    """An item and the one who waits for its commit."""

    item: T
    size_bytes: int
    since: float
    waiter: Waiter[R]


class GroupCommit(Generic[T, R]):
    """Gathers items while a commit is under way, and commits them together afterwards.

    Callers that come again once they have an answer tend to end up in one large group and the few
    that missed it: while the large one is committed this process has nothing to do, and afterwards
    the database. So of many that wait a group leaves some to the next one, to make the two even.
    """

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
        awaiting: Awaiting[R] = Awaiting()
        self.put(item, awaiting)
        return await awaiting.result

    def put(self, item: T, waiter: Waiter[R]) -> None:
        """Store the item and tell the waiter; raises Overloaded at once, and never tells then."""
        if len(self._waiting) >= self._waiting_max or self._waiting_bytes >= WAITING_BYTES_MAX:
            raise Overloaded(f"{len(self._waiting)} items wait to be stored")
        size = self._size_of(item)
        self._waiting.append(Waiting(item, size, monotonic(), waiter))
        self._waiting_bytes += size
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="group-commit")

    async def _flush(self) -> None:
        group: list[Waiting[T, R]] = []
        while self._waiting:
            if group := self._next_group(len(group)):
                await self._store(group)

    def _next_group(self, last: int) -> list[Waiting[T, R]]:
        """Take what has waited longest, as much as one statement should carry.

        The `last` group's callers may be about to come again.
        """
        even = max(EVEN_MIN, (len(self._waiting) + last + 1) // 2)
        latest = monotonic() - (self._half_seconds or float("inf"))
        group: list[Waiting[T, R]] = []
        late: list[tuple[Callable[[Any], None], Any]] = []
        size = 0
        while self._waiting and len(group) < min(GROUP_MAX, even) and size < GROUP_BYTES_MAX:
            waiting = self._waiting.popleft()
            size += waiting.size_bytes
            if waiting.since < latest:
                late.append((waiting.waiter.fail, Overloaded(TOO_LATE.format(self._half_seconds))))
            else:
                group.append(waiting)
        self._waiting_bytes -= size
        if late:
            tell_soon(late)
        return group

    async def _store(self, group: Sequence[Waiting[T, R]]) -> None:
        """Commit the group; when one item spoils it, commit each half without the other."""
        try:
            async with asyncio.timeout(self._half_seconds):
                results = await self._commit([waiting.item for waiting in group])
        except (*PASSING, *UNPREPARED) as error:
            tell_soon([(waiting.waiter.fail, error) for waiting in group])
        except Exception as error:  # noqa: BLE001 - whoever waits for the item is told
            if len(group) == 1:
                tell_soon([(group[0].waiter.fail, error)])
                return
            middle = len(group) // 2
            await self._store(group[:middle])
            await self._store(group[middle:])
        else:
            if len(results) != len(group):
                missing = RuntimeError(f"{len(results)} results for {len(group)} items")
                tell_soon([(waiting.waiter.fail, missing) for waiting in group])
                return
            told = zip(group, results, strict=True)
            tell_soon([(waiting.waiter.succeed, result) for waiting, result in told])


def tell_soon(news: News) -> None:
    """Tell waiters what came of their items, once the next group is on its way."""
    asyncio.get_running_loop().call_soon(tell_all, news)


def tell_all(news: News) -> None:
    """Tell each waiter; one that cannot be told keeps it from no other."""
    for tell, what in news:
        try:
            tell(what)
        except Exception:
            log.exception("waiter_not_told")
