"""What was made before: a job that was done is found again, and is not done again."""

import time
from collections.abc import Sequence
from typing import TypeVar

from services.printfile.domain.jobs import Item, Ware
from services.printfile.domain.making import Made, Order
from services.printfile.files import Files
from services.printfile.store.made import find_made
from shared.database import Database

KNOWN_MAX = 1_000
KNOWN_SECONDS = 60.0
"""Far less than the time for which files that nobody needs are still kept."""

K = TypeVar("K")
V = TypeVar("V")


class Designs:
    """Finds what was made of a design, and remembers for a while what many orders have alike."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files
        self._known: dict[str, tuple[Made, float]] = {}
        self._wares: dict[Ware, tuple[Order, str]] = {}

    async def find(self, design: str, *, surely: bool) -> Made | None:
        """Give what was made; None when nothing was, or a file of it is missing or damaged.

        Whoever wants it `surely` has every file read and its hash compared, and one that is
        damaged is dropped, so that it is written anew.
        """
        if not surely and (known := self._recall(design)) is not None:
            return known
        async with self._database.statement() as transaction:
            made = await find_made(transaction, design)
        if made is None or not await self._are_kept(made.keys, surely=surely):
            self._known.pop(design, None)
            return None
        self.remember(design, made)
        return made

    def recall(self, item: Item) -> tuple[Order, str, Made] | None:
        """Give what such a ware was before, its design and what was made; None if unknown.

        It is a guess: what the ware is may have changed since.
        """
        order, design = self._wares.get(item.ware, (None, ""))
        made = self._recall(design)
        return None if order is None or made is None else (order, design, made)

    def _recall(self, design: str) -> Made | None:
        made, until = self._known.get(design, (None, 0.0))
        return made if time.monotonic() < until else None

    def remember(self, design: str, made: Made) -> None:
        """Know the design for a minute."""
        keep(self._known, design, (made, time.monotonic() + KNOWN_SECONDS))

    def remember_ware(self, order: Order, design: str) -> None:
        """Know the design of a ware that is alike for all who order it."""
        keep(self._wares, order.item.ware, (order, design))

    async def _are_kept(self, keys: Sequence[str], *, surely: bool) -> bool:
        kept = [
            await self._files.is_whole(key) if surely else await self._files.find(key) is not None
            for key in keys
        ]
        return all(kept)


def keep(known: dict[K, V], key: K, value: V) -> None:
    """Know one thing more, and forget the one that was kept longest ago if it is one too many."""
    known.pop(key, None)
    known[key] = value
    if len(known) > KNOWN_MAX:
        del known[next(iter(known))]
