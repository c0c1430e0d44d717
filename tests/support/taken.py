"""Things that a worker has taken, as tests look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.unexpected import Unreadable

T = TypeVar("T")


@dataclass(frozen=True)
class Thing:
    """Something to be done, which is its own claim."""

    order_id: str = "1001"

    @property
    def claim(self) -> "Thing":
        return self


def readable(things: Sequence[T | Unreadable[Any]]) -> list[T]:
    """Give the things; every one of them can be read."""
    read = [thing for thing in things if not isinstance(thing, Unreadable)]
    assert len(read) == len(things)
    return read
