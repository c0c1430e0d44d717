"""Work that failed as nobody expected: by an error of our own, or by a row that cannot be read.

What an outside system does wrong has exceptions of its own. All else that a lane raises is said by
these words, waits longer each time, and is for a person after some attempts.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import structlog

from shared.database import Transaction
from shared.database_errors import PASSING, UNPREPARED
from shared.error_words import place_of
from shared.logs import about
from shared.metrics import Metrics

log = structlog.get_logger()

UNEXPECTED_MAX = 8
"""So often it is tried, which with growing waits takes a minute or two; then a person is told."""

CODE = "unexpected_error"


class Claim(Protocol):
    """What an attempt has taken, as far as it is known without reading it."""

    @property
    def order_id(self) -> str:
        """Name the order."""


class Claimed(Protocol):
    """Something that an attempt has taken."""

    @property
    def claim(self) -> Any:
        """Give the claim by which it is put off."""


C = TypeVar("C", bound=Claim)
N = TypeVar("N", bound=Claim)
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable(Generic[C]):
    """What was taken and cannot be read, and why."""

    claim: C
    error: Exception


def read_each(
    rows: Iterable[R],
    read: Callable[[R], T],
    claim: Callable[[R], C],
) -> list[T | Unreadable[C]]:
    """Read rows, each by itself: one that cannot be read keeps none of the others."""
    things: list[T | Unreadable[C]] = []
    for row in rows:
        try:
            things.append(read(row))
        except Exception as error:  # noqa: BLE001 - it is raised where the row is worked at
            things.append(Unreadable(claim(row), error))
    return things


def is_unexpected(error: Exception) -> bool:
    """Tell whether the error is the work's own, and not of a database that is away or behind."""
    return not isinstance(error, (*PASSING, *UNPREPARED))


def count_failed(metrics: Metrics, worker: str, service: str, name: str, error: Exception) -> None:
    """Count that a worker failed at an order, and log the error."""
    metrics.work_failed.labels(worker).inc()
    with about(name):
        log.error("work_failed", worker=worker, service=service, exc_info=error)


async def do_together(
    transaction: Transaction,
    things: Sequence[N],
    do: Callable[[Sequence[N]], Awaitable[None]],
    failed: Callable[[N, Exception], Awaitable[None]],
) -> None:
    """Do all of it at once; where that fails as nobody expected, each by itself.

    Only what fails by itself is undone, and `failed` sees to it that it is not the first again.
    """
    if not things:
        return
    try:
        async with transaction.savepoint():
            await do(things)
    except Exception as error:
        if not is_unexpected(error):
            raise
        if len(things) == 1:
            await failed(things[0], error)
            return
    else:
        return
    for thing in things:
        await do_together(transaction, [thing], do, failed)


def reason_of(error: Exception) -> str:
    """Say what failed and where; nothing of its message, which may quote a shopper or a secret."""
    return f"Platen met an error of its own ({place_of(error)}); its log tells more"
