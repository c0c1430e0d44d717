"""How long to wait before trying again, and what to do until it works."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from typing import Any, TypeVar

import structlog

from shared.error_words import words_of

log = structlog.get_logger()

FIRST_SECONDS = 0.1
LAST_SECONDS = 30.0
GROWTH = 2.0

T = TypeVar("T")


def backoff_seconds(
    attempts: int, *, first: float = FIRST_SECONDS, last: float = LAST_SECONDS
) -> float:
    """Give the wait after so many failed attempts: exponential, with half of it left to chance.

    The chance keeps those who failed together from coming back together.
    """
    ceiling = min(last, first * GROWTH ** min(attempts - 1, 32))
    return ceiling * random.uniform(0.5, 1)  # noqa: S311 - spreading load is no secret


async def do_whole(work: Coroutine[Any, Any, T], *, seconds: float) -> T:
    """Do it; who is cancelled meanwhile lets it come to its end first, for so long at most."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([task], timeout=seconds)
        task.cancel()
        raise


async def insist(
    act: Callable[[], Awaitable[T]],
    *,
    on: tuple[type[Exception], ...],
    what: str,
    last: float = LAST_SECONDS,
    within: float = math.inf,
) -> T:
    """Do it until it does not fail for a passing reason, waiting longer each time.

    Raises the error when the next attempt would begin more than `within` seconds from now.
    """
    attempts, until = 0, monotonic() + within
    while True:
        try:
            return await act()
        except on as error:
            attempts += 1
            wait = backoff_seconds(attempts, last=last)
            if monotonic() + wait > until:
                raise
            log.warning(
                "attempt_failed",
                what=what,
                attempts=attempts,
                error=words_of(error),
                wait_seconds=wait,
            )
            await asyncio.sleep(wait)


async def until(is_true: Callable[[], Awaitable[bool]], *, every_seconds: float = 0.05) -> None:
    """Ask again and again until the answer is yes; the caller sets the limit."""
    while not await is_true():  # noqa: ASYNC110 - what is asked lies outside this process
        await asyncio.sleep(every_seconds)
