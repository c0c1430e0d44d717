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
    task = asyncio.create_task(_keep(renew, lease.total_seconds() / RENEWALS))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep(renew: Callable[[], Awaitable[bool]], seconds: float) -> None:
    is_held = True
    while is_held:
        await asyncio.sleep(seconds)
        try:
            is_held = await renew()
        except PASSING as error:
            log.warning("lease_not_renewed", error=repr(error))
    log.warning("lease_lost")
