"""Pixels that every order shows alike: made once, and kept raw on disk."""

import errno
import fcntl
import hashlib
import mmap
import os
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import numpy as np

from services.printfile.renderer.fitting import (
    Fit,
    Pixels,
    Placed,
    fit_picture,
    size_of,
    smaller,
    smaller_size,
)

OPEN_BYTES_MAX = 512 * 1024 * 1024
"""A quarter of the addresses that a drawing process may use."""
AWAITED_SECONDS = 2.0
"""For how long somebody else is awaited who makes the same; to make it twice does no harm."""
LOOK_SECONDS = 0.005

Shape = tuple[int, int, int]


class Shown(NamedTuple):
    """An artwork fitted to a box, at the print's scale or, made from that, at a preview's."""

    asset: str
    source: Path
    placed: Placed
    fit: Fit
    scale: float = 1.0

    @property
    def name(self) -> str:
        """Name the pixels."""
        printed = f"{self.asset}-{self.placed.width}x{self.placed.height}-{self.fit}"
        high, wide, _ = self.shape
        return printed if self.scale == 1.0 else f"{printed}-{wide}x{high}"

    @property
    def shape(self) -> Shape:
        """Give rows, columns and bytes of a pixel."""
        wide, high = smaller_size(self.placed.width, self.placed.height, self.scale)
        return high, wide, 4


class _Mapped(NamedTuple):
    """Pixels, and the memory they lie in."""

    pixels: Pixels
    memory: mmap.mmap


class Shelf:
    """Finished pixels in a folder that several processes share, mapped into memory.

    An order that touches a hundred rows of an artwork reads only those from the disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, _Mapped] = OrderedDict()
        self._open_bytes = 0
        self._sizes: dict[str, tuple[int, int]] = {}

    def size_of(self, asset: str, source: Path) -> tuple[int, int]:
        """Give the artwork's own size."""
        if asset not in self._sizes:
            self._sizes[asset] = size_of(source)
        return self._sizes[asset]

    def has(self, name: str) -> bool:
        """Tell whether somebody has made these pixels."""
        return self._path(name).exists()

    def artwork(self, shown: Shown) -> Pixels:
        """Give an artwork at the size it is shown in, fitting it when nobody has before."""

        def make() -> Pixels:
            if shown.scale != 1.0:
                return smaller(self.artwork(shown._replace(scale=1.0)), shown.scale)
            width, _ = self.size_of(shown.asset, shown.source)
            return fit_picture(shown.source, shown.placed, width=width)

        return self.kept(shown.name, shown.shape, make)

    def kept(self, name: str, shape: Shape, make: Callable[[], Pixels]) -> Pixels:
        """Give the pixels of this name, making them when nobody has before, nor is just now.

        Notes that they are used: what was not for long may be deleted.
        """
        path = self._path(name)
        is_there = _touch(path)
        if name not in self._open:
            if not is_there:
                with self._alone(name):
                    if not path.exists():
                        self._write(path, make())
            self._add(name, _map(path, shape))
        self._open.move_to_end(name)
        return self._open[name].pixels

    def rest(self) -> None:
        """Let the pages that were read go from memory; the system still has them at hand."""
        for mapped in self._open.values():
            mapped.memory.madvise(mmap.MADV_DONTNEED)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.rgba"

    def _add(self, name: str, mapped: _Mapped) -> None:
        self._open[name] = mapped
        self._open_bytes += mapped.pixels.nbytes
        while self._open_bytes > OPEN_BYTES_MAX and len(self._open) > 1:
            _, gone = self._open.popitem(last=False)
            self._open_bytes -= gone.pixels.nbytes

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Keep other processes from making the same; what one that dies had locked is free again.

        One byte of a file stands for a name, so that names need no files of their own.
        """
        byte = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1
        patience = time.monotonic() + AWAITED_SECONDS
        while not _is_locked(self._locks, byte) and time.monotonic() < patience:
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, byte)

    @cached_property
    def _locks(self) -> int:
        """Open the file of locks once: to close it would end all locks of this process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        locks = os.open(self._folder / "making.lock", os.O_RDWR | os.O_CREAT)
        weakref.finalize(self, os.close, locks)
        return locks

    def _write(self, path: Path, pixels: Pixels) -> None:
        """Write beside and rename, so that another process never maps half a picture."""
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            try:
                file.write(pixels.data)
                file.flush()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink()
                raise


def _is_locked(locks: int, byte: int) -> bool:
    """Lock a byte; False while another process has it."""
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EAGAIN}:
            return False
        raise
    return True


def _touch(path: Path) -> bool:
    """Note that a file is used; False when there is none."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _map(path: Path, shape: Shape) -> _Mapped:
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _Mapped(np.frombuffer(memory, np.uint8).reshape(shape), memory)
