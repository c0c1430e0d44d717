"""A process: runs until it is told to end, and then ends within a time that can be relied on."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from shared.ending import Ending

log = structlog.get_logger()

LIMIT_SECONDS = 30.0
"""After so long a process ends, whatever holds it up."""
REPEAT_SECONDS = 1.0
"""`make` and `uv run` pass on a signal that the terminal has sent to us as well: that is one."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)
DIED = 1
CUT_SHORT = 3
BY_SIGNAL = 128

Main = Callable[[Ending], Awaitable[int]]
LastWord = Callable[[Ending], None]


def run_until_told(main: Main, last_word: LastWord = lambda _: None) -> int:
    """Run it to its end or until SIGINT or SIGTERM, which cancel it, and give the exit status.

    That is what `main` gives, 0 after a signal; 1 when a part died, 3 when something was cut short.
    A second signal ends the process at once. `last_word` is called when the end was not `main`'s
    own.
    """
    return uvloop.run(Process(main, last_word).run())


class Process:
    """What runs, and how it is told to end."""

    def __init__(self, main: Main, last_word: LastWord) -> None:
        self._main = main
        self._last_word = last_word
        self._ending = Ending(self._begun)
        self._told_at: float | None = None
        self._running: asyncio.Task[int] | None = None

    async def run(self) -> int:
        """Run it, and give the exit status."""
        # uvloop would raise Ctrl-C in the middle of whatever runs, and nothing would end in order.
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._told, number)
        self._running = asyncio.ensure_future(self._main(self._ending))
        await asyncio.wait([self._running])
        status = 0 if self._running.cancelled() else self._running.result()
        return self._judge(status)

    def _told(self, number: signal.Signals) -> None:
        now = asyncio.get_running_loop().time()
        if self._told_at is None:
            log.info("told_to_end", signal=number.name)
            self._told_at = now
            self._ending.begin()
            self._cancel()
        elif now > self._told_at + REPEAT_SECONDS:
            log.warning("ended_at_once", signal=number.name)
            leave(BY_SIGNAL + number)

    def _begun(self) -> None:
        by_force = threading.Timer(LIMIT_SECONDS, end_by_force, [self._ending])
        by_force.daemon = True
        by_force.start()
        if self._ending.died:
            self._cancel()

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _judge(self, status: int) -> int:
        ending = self._ending
        if ending.died:
            status = DIED
        elif ending.cut_short:
            status = CUT_SHORT
        if self._told_at is not None or ending.died or ending.cut_short:
            self._last_word(ending)
        if ending.cut_short:
            log.warning("ended_cut_short", cut_short=ending.cut_short, exit_status=status)
            # What did not end in time would hold up the end of the loop too.
            leave(status)
        return status


def end_by_force(ending: Ending) -> None:
    """End the process from another thread: the loop itself may be held up."""
    log.error("ended_by_force", seconds=LIMIT_SECONDS, cut_short=ending.cut_short)
    leave(CUT_SHORT)


def leave(status: int) -> None:
    """End the process at once; what it was given to say is said."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
