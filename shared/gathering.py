"""What nobody waits for is gathered a while, and spares a service most of its wakings."""

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol, TypeVar

GATHER_SECONDS = 0.25
"""How long what can wait does so at most."""


class Keyed(Protocol):
    """Something that is applied after what came before it of its key."""

    @property
    def key(self) -> str:
        """Name what it is about."""


T = TypeVar("T", bound=Keyed)


def part(
    items: Sequence[T], leisure_of: Callable[[T], float], way_of: Callable[[T], Hashable]
) -> tuple[list[T], list[T]]:
    """Part what is to be applied now from what is left for later, in their order.

    With what has no leisure goes all that is of the same keys, and whatever is applied by the same
    way, which costs next to nothing then. None of a key is ever passed by another.
    """
    urgent = [item for item in items if not leisure_of(item)]
    keys, ways = {item.key for item in urgent}, {way_of(item) for item in urgent}
    left: set[str] = set()
    now, later = list[T](), list[T]()
    for item in items:
        if item.key in keys or (way_of(item) in ways and item.key not in left):
            now.append(item)
        else:
            later.append(item)
            left.add(item.key)
    return now, later
