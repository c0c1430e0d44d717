"""The disk that the scratch folder is on: whether it has room, and making some."""

import asyncio
import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import structlog

from services.printfile.domain.jobs import Halted

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
MEGABYTE = 1_000_000
RESTED_SECONDS = 600.0
"""What nobody has used for so long, no line reads; each is ended before."""
KEPT = ("*.rgba", "assets/[0-9a-f]*")
LEFT_BEHIND = "tmp*"
"""What a process that died was about to write."""

log = structlog.get_logger()


class Room:
    """Looks after a folder that several processes share."""

    def __init__(self, folder: Path, *, bytes_max: int, free_bytes_min: int) -> None:
        """Take how large the folder may become, and how much of the disk must be free."""
        self._folder = folder
        self._bytes_max = bytes_max
        self._free_bytes_min = free_bytes_min

    @contextmanager
    def desk(self) -> Iterator[Path]:
        """Give a folder for a while; raises Halted when the disk is full, or becomes so."""
        self._check()
        try:
            with TemporaryDirectory(dir=self._folder) as name:
                yield Path(name)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise Halted("no_room", self._trouble) from error

    async def state(self) -> str:
        """Give "ok", or what a person has to do."""
        try:
            await asyncio.to_thread(self._check)
        except Halted as reason:
            return str(reason)
        return "ok"

    def _check(self) -> None:
        if self._free < self._free_bytes_min:
            raise Halted("no_room", self._trouble)

    @property
    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free

    @property
    def _trouble(self) -> str:
        free, least = self._free / MEGABYTE, self._free_bytes_min / MEGABYTE
        return (
            f"the disk that print files are made on has {free:,.0f} MB left and needs {least:,.0f}:"
            " they are made once there is room again"
        )

    async def tidy(self) -> int:
        """Delete what was used longest ago, as far as there is too much; always 0, for it is all.

        What was used just now stays, whatever its size: it may be read.
        """
        await asyncio.to_thread(self._tidy)
        return 0

    def _tidy(self) -> None:
        now = time.time()
        found = sorted(self._kept(), key=lambda each: each.used_at)
        used = sum(each.size for each in found)
        too_much = max(used - self._bytes_max, self._free_bytes_min - self._free)
        gone = [each for each in self._left_behind() if each.used_at < now - RESTED_SECONDS]
        for each in found:
            if too_much <= 0 or each.used_at >= now - RESTED_SECONDS:
                break
            too_much -= each.size
            gone.append(each)
        for each in gone:
            drop(each.path)
        if gone:
            log.info("scratch_tidied", files=len(gone), bytes=sum(each.size for each in gone))

    def _kept(self) -> Iterator["Kept"]:
        for pattern in KEPT:
            yield from find(self._folder, pattern)

    def _left_behind(self) -> Iterator["Kept"]:
        yield from find(self._folder, LEFT_BEHIND)
        yield from find(self._folder / "assets", LEFT_BEHIND)


class Kept(NamedTuple):
    """Something in the folder, when it was used last (Unix time), and its bytes."""

    path: Path
    used_at: float
    size: int


def find(folder: Path, pattern: str) -> Iterator[Kept]:
    """Give what has such a name and is still there."""
    for path in folder.glob(pattern):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        yield Kept(path, stat.st_mtime, stat.st_size)


def drop(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; another process may be quicker."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
