"""Things that are to happen later, and still happen when the process was killed meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from deploy.sandbox.records import Records

Action = Callable[[str], Awaitable[None]]


class Timers:
    """Timers kept in the records; nothing is polled.

    An action that was cut off runs again after the restart: it looks before it leaps.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._actions: dict[str, Action] = {}
        self._handles: dict[int, asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[None]] = set()

    def bind(self, action: str, function: Action) -> None:
        """Say what an action does."""
        self._actions[action] = function

    def set(self, action: str, argument: str, *, seconds: float) -> None:
        """Have an action run once, after so many seconds."""
        due = time.time() + seconds
        timer = self._records.execute(
            "INSERT INTO timer (due, action, argument) VALUES (?, ?, ?)", due, action, argument
        ).lastrowid
        self._wind(int(timer or 0), due)

    def start(self) -> None:
        """Wind up what an earlier process left behind."""
        for timer, due in self._records.execute("SELECT id, due FROM timer ORDER BY due"):
            self._wind(timer, due)

    async def stop(self) -> None:
        """Stop the clock; what was not done stays for the next start."""
        for handle in self._handles.values():
            handle.cancel()
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _wind(self, timer: int, due: float) -> None:
        delay = max(0.0, due - time.time())
        loop = asyncio.get_running_loop()
        self._handles[timer] = loop.call_later(delay, self._ring, timer)

    def _ring(self, timer: int) -> None:
        self._handles.pop(timer, None)
        task = asyncio.get_running_loop().create_task(self._run(timer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, timer: int) -> None:
        row = self._records.execute(
            "SELECT action, argument FROM timer WHERE id = ?", timer
        ).fetchone()
        if row is None:  # the transaction that set it was rolled back
            return
        await self._actions[row[0]](row[1])
        self._records.execute("DELETE FROM timer WHERE id = ?", timer)
