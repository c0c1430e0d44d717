"""Pixels on the shelf: made by one process for all, and open only as far as there are addresses."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from services.printfile.renderer import shelf as shelves
from services.printfile.renderer.fitting import Pixels
from services.printfile.renderer.process import MEMORY_BYTES_MAX
from services.printfile.renderer.shelf import Shelf

SHAPE = (2, 3, 4)
OTHERS, OURS = 7, 9
MAKER = f"""
import sys
from pathlib import Path
import numpy as np
from services.printfile.renderer.shelf import Shelf

def make():
    print("making", flush=True)
    sys.stdin.readline()
    return np.full({SHAPE}, {OTHERS}, np.uint8)

Shelf(Path(sys.argv[1])).kept("art", {SHAPE}, make)
"""
READER = f"""
import resource, sys
from pathlib import Path
from services.printfile.renderer.shelf import Shelf

resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES_MAX}, resource.RLIM_INFINITY))
shelf = Shelf(Path(sys.argv[1]))
for number in range(60):
    shelf.kept(f"art-{{number}}", (3000, 3000, 4), lambda: None)
"""


@contextmanager
def another_makes(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Have another process make the pixels, until it is told to end or killed."""
    command = [sys.executable, "-c", MAKER, str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "making\n"
        try:
            yield process
        finally:
            process.kill()


class Wanting:
    """Wants the pixels in a thread, and tells when it found that somebody else is making them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waits = threading.Event()
        monkeypatch.setattr("time.sleep", lambda _: self.waits.set())
        monkeypatch.setattr(shelves, "AWAITED_SECONDS", 60)
        self.found: list[Pixels] = []
        self._thread = threading.Thread(target=self._want, args=(Shelf(folder),))
        self._thread.start()

    def _want(self, shelf: Shelf) -> None:
        self.found.append(shelf.kept("art", SHAPE, ours))

    def gets(self) -> int:
        """Give the value of every pixel."""
        self._thread.join(60)
        [pixels] = self.found
        return int(pixels.max())


def ours() -> Pixels:
    return np.full(SHAPE, OURS, np.uint8)


def test_what_another_process_is_making_is_awaited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another_makes(tmp_path) as other:
        wanting = Wanting(tmp_path, monkeypatch)
        assert wanting.waits.wait(60)

        assert other.stdin is not None
        print(file=other.stdin, flush=True)

        assert wanting.gets() == OTHERS


def test_what_a_dead_process_was_making_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another_makes(tmp_path) as other:
        wanting = Wanting(tmp_path, monkeypatch)
        assert wanting.waits.wait(60)

        other.kill()

        assert wanting.gets() == OURS


def test_nobody_waits_for_long_for_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "AWAITED_SECONDS", 0)
    with another_makes(tmp_path):
        assert Shelf(tmp_path).kept("art", SHAPE, ours).max() == OURS


def test_artwork_of_many_templates_leaves_room_to_draw(tmp_path: Path) -> None:
    for number in range(60):
        with (tmp_path / f"art-{number}.rgba").open("wb") as sparse:
            sparse.truncate(3000 * 3000 * 4)

    command = [sys.executable, "-c", READER, str(tmp_path)]
    read = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    assert (read.returncode, read.stderr) == (0, "")
