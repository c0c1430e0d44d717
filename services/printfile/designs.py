"""What was made before: a job that was done is found again, and is not done again."""

import time
from collections.abc import Sequence

from services.printfile.domain.making import Made
from services.printfile.files import Files
from services.printfile.store.made import find_made
from shared.database import Database

KNOWN_MAX = 1_000
KNOWN_SECONDS = 60.0
"""Far less than the time for which files that nobody needs are still kept."""


class Designs:
    """Finds what was made of a design, and remembers for a while what many orders have alike."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files
        self._known: dict[str, tuple[Made, float]] = {}

    async def find(self, design: str, *, surely: bool) -> Made | None:
        """Give what was made; None when nothing was, or a file of it is missing or damaged.

        Whoever wants it `surely` has every file read and its hash compared, and one that is
        damaged is dropped, so that it is written anew.
        """
        known, until = self._known.get(design, (None, 0.0))
        if known is not None and not surely and time.monotonic() < until:
            return known
        async with self._database.statement() as transaction:
            made = await find_made(transaction, design)
        if made is None or not await self._are_kept(made.keys, surely=surely):
            self._known.pop(design, None)
            return None
        self.remember(design, made)
        return made

    def remember(self, design: str, made: Made) -> None:
        """Know the design for a minute."""
        self._known.pop(design, None)
        self._known[design] = (made, time.monotonic() + KNOWN_SECONDS)
        if len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]

    async def _are_kept(self, keys: Sequence[str], *, surely: bool) -> bool:
        kept = [
            await self._files.is_whole(key) if surely else await self._files.find(key) is not None
            for key in keys
        ]
        return all(kept)
