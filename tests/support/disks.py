"""Small disks that are really full."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Give the folder a disk of its own; skips where nobody may mount one."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if sys.platform != "linux" or mount is None or unmount is None:
        pytest.skip("only Linux has disks that are made of memory")
    folder.mkdir(parents=True, exist_ok=True)
    command = [mount, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([unmount, "--lazy", str(folder)], check=True)  # noqa: S603 - ours


def fill(folder: Path) -> None:
    """Leave nothing of the disk."""
    with (folder / BALLAST).open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            return


def make_room(folder: Path) -> None:
    """Take away what filled the disk."""
    (folder / BALLAST).unlink()
