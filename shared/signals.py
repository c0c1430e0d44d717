"""Signals by which parts of one process wake each other, at once or a while later."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

from shared.gathering import GATHER_SECONDS


class Signals:
    """Who waits for what."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Callable[[], None]]] = defaultdict(set)
        self._later: dict[str, asyncio.TimerHandle] = {}

    def fire(self, signal: str) -> None:
        """Wake whoever waits for the signal in this process."""
        if timer := self._later.pop(signal, None):
            timer.cancel()
        for wake in self._waiting[signal]:
            wake()

    def fire_later(self, signal: str) -> None:
        """Fire the signal in a while, unless it fires before."""
        if signal not in self._later:
            loop = asyncio.get_running_loop()
            self._later[signal] = loop.call_later(GATHER_SECONDS, self.fire, signal)

    def subscribe(self, signal: str) -> tuple[asyncio.Event, Callable[[], None]]:
        """Give an event that is set at each firing of the signal, and how to stop listening."""
        event = asyncio.Event()
        return event, self.when_fired(signal, event.set)

    def when_fired(self, signal: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each firing of the signal; gives how to stop that."""
        self._waiting[signal].add(wake)
        return lambda: self._waiting[signal].discard(wake)


async def wait_for_signal(signal: asyncio.Event, seconds: float | None) -> bool:
    """Wait until the signal is set, or so many seconds if that is given; tell whether it is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await signal.wait()
    return signal.is_set()
