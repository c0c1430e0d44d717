"""Pixels that every order shows alike: made once, and kept raw on disk."""

import mmap
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import numpy as np

from services.printfile.renderer.fitting import Fit, Pixels, Placed, fit_picture, size_of

OPEN_MAX = 64


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
        self._sizes: dict[str, tuple[int, int]] = {}

    def size_of(self, asset: str, source: Path) -> tuple[int, int]:
        """Give the artwork's own size."""
        if asset not in self._sizes:
            self._sizes[asset] = size_of(source)
        return self._sizes[asset]

    def artwork(self, asset: str, source: Path, placed: Placed, fit: Fit) -> Pixels:
        """Give an artwork at the size it is shown in, fitting it when nobody has before."""

        def make() -> Pixels:
            width, _ = self.size_of(asset, source)
            return fit_picture(source, placed, width=width)

        name = f"{asset}-{placed.width}x{placed.height}-{fit}"
        return self.kept(name, (placed.height, placed.width, 4), make)

    def kept(self, name: str, shape: tuple[int, int, int], make: Callable[[], Pixels]) -> Pixels:
        """Give the pixels of this name, making them when nobody has before."""
        if name not in self._open:
            path = self._folder / f"{name}.rgba"
            if not path.exists():
                self._write(path, make())
            self._open[name] = _map(path, shape)
            if len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)
        self._open.move_to_end(name)
        return self._open[name].pixels

    def rest(self) -> None:
        """Let the pages that were read go from memory; the system still has them at hand."""
        for mapped in self._open.values():
            mapped.memory.madvise(mmap.MADV_DONTNEED)

    def _write(self, path: Path, pixels: Pixels) -> None:
        """Write beside and rename, so that another process never maps half a picture."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(pixels.data)
        Path(file.name).replace(path)


def _map(path: Path, shape: tuple[int, int, int]) -> _Mapped:
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _Mapped(np.frombuffer(memory, np.uint8).reshape(shape), memory)
