"""A lease that is renewed while its work goes on, so that it can be short.

A short lease is what lets another process take over within seconds of a death.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from shared.database import PASSING

log = structlog.get_logger()

LEASE = timedelta(seconds=6)
RENEWALS = 3


@asynccontextmanager
async def renewing(
    renew: Callable[[], Awaitable[bool]], lease: timedelta = LEASE
) -> AsyncIterator[None]:
    """Call `renew` every third of the lease until the work is done; it gives False when lost.

    Losing the lease does not stop the work: what it records is compared and set on its attempt.
    """
    seconds = lease.total_seconds() / RENEWALS
    keeping: list[asyncio.Task[None]] = []
    # Most work ends before its first renewal, and then costs no task.
    timer = asyncio.get_running_loop().call_later(
        seconds, lambda: keeping.append(asyncio.create_task(_keep(renew, seconds)))
    )
    try:
        yield
    finally:
        timer.cancel()
        for task in keeping:
            task.cancel()
        if keeping:
            await asyncio.gather(*keeping, return_exceptions=True)


async def _keep(renew: Callable[[], Awaitable[bool]], seconds: float) -> None:
    is_held = True
    while is_held:
        try:
            is_held = await renew()
        except PASSING as error:
            log.warning("lease_not_renewed", error=repr(error))
        if is_held:
            await asyncio.sleep(seconds)
    log.warning("lease_lost")
