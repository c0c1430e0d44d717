"""The scratch folder: it is kept below its limit, and a full disk has a name."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from services.printfile.domain.jobs import Halted
from services.printfile.renderer.shelf import Shelf
from services.printfile.room import RESTED_SECONDS, Room

SHAPE = (2, 3, 4)
BYTES = 24
NAMES = ("a", "b", "c")


def room_of(folder: Path, bytes_max: int) -> Room:
    return Room(folder, bytes_max=bytes_max, free_bytes_min=0)


def keep(folder: Path, *names: str) -> None:
    """Have a process make pixels and end."""
    for name in names:
        Shelf(folder).kept(name, SHAPE, lambda: np.zeros(SHAPE, np.uint8))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def fill_disk() -> None:
    Path("/dev/full").write_bytes(b"a photo")


def rest(path: Path, seconds: float = RESTED_SECONDS + 60) -> None:
    """Let time pass since the file was used."""
    used_at = time.time() - seconds
    os.utime(path, (used_at, used_at))


async def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    keep(tmp_path, *NAMES)
    for place, name in enumerate(NAMES):
        rest(tmp_path / f"{name}.rgba", RESTED_SECONDS + 60 - place)
    keep(tmp_path, "a")

    await room_of(tmp_path, 2 * BYTES).tidy()

    assert files_in(tmp_path) == ["a.rgba", "c.rgba", "making.lock"]


async def test_what_may_be_read_now_stays_whatever_its_size(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "0f").write_bytes(bytes(BYTES))
    keep(tmp_path, *NAMES)
    before = files_in(tmp_path)

    await room_of(tmp_path, 0).tidy()
    kept = files_in(tmp_path)
    rest(tmp_path / "assets" / "0f")
    await room_of(tmp_path, 0).tidy()

    assert kept == before
    assert files_in(tmp_path) == [name for name in before if name != "0f"]


async def test_what_a_dead_process_left_behind_goes(tmp_path: Path) -> None:
    for name in ("tmpold", "tmpnew"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "made").write_bytes(bytes(BYTES))
    (tmp_path / "tmpfile").write_bytes(bytes(BYTES))
    rest(tmp_path / "tmpold")
    rest(tmp_path / "tmpfile")

    await room_of(tmp_path, 100 * BYTES).tidy()

    assert files_in(tmp_path) == ["made", "tmpnew"]


async def test_pixels_that_went_are_made_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    pixels = shelf.kept("a", SHAPE, lambda: np.full(SHAPE, 7, np.uint8))
    rest(tmp_path / "a.rgba")
    await room_of(tmp_path, 0).tidy()

    again = Shelf(tmp_path).kept("a", SHAPE, lambda: np.full(SHAPE, 9, np.uint8))

    assert (pixels.max(), again.max()) == (7, 9)
    assert shelf.kept("a", SHAPE, lambda: np.zeros(SHAPE, np.uint8)).max() == 7


async def test_a_disk_that_becomes_full_meanwhile_has_a_name(tmp_path: Path) -> None:
    room = room_of(tmp_path, 0)

    with pytest.raises(Halted, match="MB left"), room.desk():
        fill_disk()

    assert files_in(tmp_path) == []
    assert await room.state() == "ok"
