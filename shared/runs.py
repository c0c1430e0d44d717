"""Runs: a fetched batch cut into pieces for one handler, never reordering an order's events."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True)
class Run(Generic[K, T]):
    """Things of one kind that one statement may act on together, in their order.

    There is at most one for each key, but of kinds that take several.
    """

    kind: K
    items: list[T] = field(default_factory=list)


def cut(
    items: Iterable[tuple[K, str, T]], takes_several: Callable[[K], bool] = lambda _: False
) -> list[Run[K, T]]:
    """Cut (kind, key, item) into as few runs as this greedy way finds.

    Each item goes into the earliest run of its kind that comes after everything its key has
    already (or has it already, for a kind that takes several of a key); where there is none, a new
    run is opened at the end. Items of different keys may change places, items of one key never do.
    """
    runs: list[Run[K, T]] = []
    places: dict[K, list[int]] = {}
    last: dict[str, int] = {}
    for kind, key, item in items:
        of_kind = places.setdefault(kind, [])
        first = bisect_left if takes_several(kind) else bisect_right
        index = first(of_kind, last.get(key, -1))
        if index == len(of_kind):
            of_kind.append(len(runs))
            runs.append(Run(kind))
        place = of_kind[index]
        runs[place].items.append(item)
        last[key] = place
    return runs
