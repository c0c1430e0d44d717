"""Runs: a fetched batch cut into pieces of one type, never reordering two events of one order."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Run(Generic[T]):
    """Things of one kind, at most one for each key, that one statement may act on together."""

    kind: Hashable
    items: list[T] = field(default_factory=list)


def cut(items: Iterable[tuple[Hashable, str, T]]) -> list[Run[T]]:
    """Cut (kind, key, item) into as few runs as this greedy way finds.

    Each item goes into the earliest run of its kind that comes after everything its key has
    already; where there is none, a new run is opened at the end. Items of different keys may
    change places, items of one key never do.
    """
    runs: list[Run[T]] = []
    places: dict[Hashable, list[int]] = {}
    last: dict[str, int] = {}
    for kind, key, item in items:
        of_kind = places.setdefault(kind, [])
        index = bisect_right(of_kind, last.get(key, -1))
        if index == len(of_kind):
            of_kind.append(len(runs))
            runs.append(Run(kind))
        place = of_kind[index]
        runs[place].items.append(item)
        last[key] = place
    return runs
