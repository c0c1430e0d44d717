"""A print location becomes a PNG file, strip by strip: the whole canvas never exists."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import skia

from services.printfile.renderer import png
from services.printfile.renderer.drawing import Drawable
from services.printfile.renderer.paints import canvas_over, straight_info
from services.printfile.renderer.png import Strip, Sum
from services.printfile.renderer.raster import RasterCanvas
from services.printfile.renderer.squeezing import squeeze
from services.printfile.renderer.strips import Key, StripCache
from shared.templates.template import PrintLocation

ROWS = 128
"""Rows of a strip: few enough that a name touches few strips, enough to compress well."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished file, and whether there is anything to see in it."""

    path: Path
    sha256: str
    size_bytes: int
    is_blank: bool


def print_location(
    location: PrintLocation,
    layers: Sequence[Drawable],
    path: Path,
    *,
    cache: StripCache,
    name: str,
) -> Printed:
    """Write the location's file; `name` stands for the document, for finding strips again.

    A file that the factory would refuse for its size is written once more, squeezed.
    """
    place = (name, location.id)
    printed = _write(_Brush(location), location, layers, path, cache, place)
    if printed.size_bytes > location.bytes_max:
        squeezing = _Brush(location, squeezed=True)
        printed = _write(squeezing, location, layers, path, StripCache(), place)
    return printed


def _write(
    brush: "_Brush",
    location: PrintLocation,
    layers: Sequence[Drawable],
    path: Path,
    cache: StripCache,
    name: Key,
) -> Printed:
    sums: list[Sum] = []
    is_blank = True
    with path.open("wb") as file:
        written = _Hashed(file)
        written.add(png.head(location.width, location.height, location.dpi))
        for top in range(0, location.height, ROWS):
            strip = brush.strip(top, layers, cache, (*name, top))
            written.add(strip.chunk)
            sums.append(strip.sum)
            is_blank = is_blank and strip.is_blank
        written.add(png.tail(sums))
    return Printed(path, written.sha256, written.size, is_blank)


class _Hashed:
    """Writes to a file what it hashes and counts, so that a file is never held whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def add(self, content: bytes) -> None:
        """Write the next part."""
        self._file.write(content)
        self._digest.update(content)
        self.size += len(content)

    @property
    def sha256(self) -> str:
        """Give the hash of everything written."""
        return self._digest.hexdigest()


class _Brush:
    """The buffers of one strip, used again for the next one."""

    def __init__(self, location: PrintLocation, *, squeezed: bool = False) -> None:
        self._squeezed = squeezed
        self._width, self._height = location.width, location.height
        rows = min(ROWS, location.height)
        self._pixels = np.zeros((rows, location.width, 4), np.uint8)
        self._filtered = np.empty((rows, location.width * 4 + 1), np.uint8)
        self._surface = canvas_over(self._pixels)
        self._straight = np.empty_like(self._pixels)
        self._info = straight_info(self._pixels)

    def strip(self, top: int, layers: Sequence[Drawable], cache: StripCache, place: Key) -> Strip:
        """Give a strip, drawn only when no order before had the same there."""
        rows = min(ROWS, self._height - top)
        area = skia.Rect.MakeXYWH(0, top, self._width, rows)
        touching = [layer for layer in layers if skia.Rect.Intersects(layer.bounds, area)]
        if not touching:
            place = ("blank", self._width, rows)
        key = (*place, *(layer.signature for layer in touching))
        kept = cache.find(key)
        if kept is None:
            kept = self._draw(touching, top, rows)
            if all(layer.is_lasting for layer in touching):
                cache.keep(key, kept)
        return kept

    def _draw(self, layers: Sequence[Drawable], top: int, rows: int) -> Strip:
        self._pixels.fill(0)
        canvas = self._surface.getCanvas()
        canvas.save()
        canvas.translate(0, -top)
        drawing = RasterCanvas(canvas)
        for layer in layers:
            layer.draw(drawing)
        canvas.restore()
        is_blank = not self._pixels.view(np.uint32).any()
        self._surface.readPixels(self._info, self._straight, self._width * 4)
        drawn = self._straight[:rows]
        strip = squeeze(drawn) if self._squeezed else png.compress(drawn, self._filtered)
        return replace(strip, is_blank=is_blank)
