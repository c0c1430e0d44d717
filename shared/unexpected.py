"""Work that failed as nobody expected: by an error of our own, or by a row that cannot be read.

What an outside system does wrong has exceptions of its own. All else that a lane raises is said by
these words, waits longer each time, and is for a person after some attempts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any, Generic, Protocol, TypeVar

from shared.database import PASSING, UNPREPARED

UNEXPECTED_MAX = 8
"""So often it is tried, which with growing waits takes a minute or two; then a person is told."""

CODE = "unexpected_error"
OURS = ("shared.", "services.")
"""Where an error can be of our own; what a service did tells more than what it stands on."""


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


def reason_of(error: Exception) -> str:
    """Say what failed and where; nothing of its message, which may quote a shopper or a secret."""
    modules = [
        (str(frame.f_globals.get("__name__", "")), line)
        for frame, line in walk_tb(error.__traceback__)
    ]
    places = [
        f" in {module}, line {line}"
        for package in OURS
        for module, line in modules
        if module.startswith(package)
    ]
    where = places[-1] if places else ""
    return f"Platen met an error of its own ({type(error).__name__}{where}); its log tells more"
