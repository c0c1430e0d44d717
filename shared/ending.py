"""How a process ends: what is at hand is finished within a time, and what is late is cut short."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

DRAIN_SECONDS = 10.0
"""How long all that is at hand may take together, from the moment that the end begins."""
CLOSE_SECONDS = 2.0
"""How long one connection to the outside may take to be closed in good order."""
DEAF_SECONDS = 2.0
"""How long something may go on that was cancelled."""


class Ending:
    """The end of a process, which all that runs in it share: one clock, and what was cut short.

    Nothing is lost by a cut: an event that was not applied is delivered again, a promise that was
    not published waits in the outbox, and work that was not finished is taken again when its
    lease runs out.
    """

    def __init__(self, begun: Callable[[], None] = lambda: None) -> None:
        """Take `begun`, which is called once, when the end begins."""
        self.cut_short: list[str] = []
        self.died: list[str] = []
        self._begun = begun
        self._drained_at: float | None = None

    @property
    def has_begun(self) -> bool:
        """Tell whether the process ends."""
        return self._drained_at is not None

    def begin(self) -> None:
        """Start the clock; it is started once."""
        if self._drained_at is None:
            self._drained_at = asyncio.get_running_loop().time() + DRAIN_SECONDS
            self._begun()

    def keep(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        """Begin what goes on until the process ends; should it end before, so does the process.

        A service that lived on without its reader would look well and do nothing.
        """
        task = asyncio.create_task(work, name=what)
        task.add_done_callback(self._look_at)
        return task

    def _look_at(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled():
            self.die(task.get_name(), task.exception())

    def die(self, what: str, error: BaseException | None) -> None:
        """End the process because of what became of a part of it, unless it ends already."""
        if self.has_begun:
            return
        log.critical("part_died", part=what, error=repr(error), exc_info=error)
        self.died.append(what)
        self.begin()

    async def finish(self, what: str, *work: Awaitable[Any], seconds: float | None = None) -> None:
        """Wait for what was told to end, so long or for what is left to drain; then cancel it.

        Comes back whatever becomes of it.
        """
        self.begin()
        tasks = {asyncio.ensure_future(each) for each in work}
        if not tasks:
            return
        done, late = await asyncio.wait(tasks, timeout=self._left() if seconds is None else seconds)
        if late:
            self.cut(what)
            for task in late:
                task.cancel()
            done |= (await asyncio.wait(late, timeout=DEAF_SECONDS))[0]
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("ended_badly", what=what, error=repr(error), exc_info=error)

    def cut(self, what: str) -> None:
        """Say that something did not end in time."""
        self.cut_short.append(what)
        log.warning("cut_short", what=what)

    def _left(self) -> float:
        now = asyncio.get_running_loop().time()
        return max(0.0, (self._drained_at or now) - now)
