"""A lease that is renewed while its work goes on, so that it can be short.

A short lease is what lets another process take over within seconds of a death.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from shared.database_errors import PASSING
from shared.error_words import words_of

log = structlog.get_logger()

LEASE = timedelta(seconds=4)
RENEWALS = 3


class Renewing:
    """Calls `renew` every third of the lease while the work goes on; it gives False when lost.

    Losing the lease does not stop the work: what it records is compared and set on its attempt.
    """

    __slots__ = ("_keeping", "_renew", "_seconds", "_timer")

    def __init__(self, renew: Callable[[], Awaitable[bool]], lease: timedelta = LEASE) -> None:
        self._renew = renew
        self._seconds = lease.total_seconds() / RENEWALS
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        """Begin; most work ends before its first renewal, and then costs no task."""
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._begin)

    def _begin(self) -> None:
        self._keeping = asyncio.create_task(_keep(self._renew, self._seconds))

    async def __aexit__(self, *_error: object) -> None:
        """End the renewals."""
        self._timer.cancel()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)


async def _keep(renew: Callable[[], Awaitable[bool]], seconds: float) -> None:
    is_held = True
    while is_held:
        try:
            is_held = await renew()
        except PASSING as error:
            log.warning("lease_not_renewed", error=words_of(error))
        await asyncio.sleep(seconds)
    # Work that ends while its lease is renewed is found to have none; only what goes on lost it.
    log.warning("lease_lost")
