"""A print location becomes a PNG file, strip by strip: the whole canvas never exists."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import skia

from services.printfile.domain.template import PrintLocation
from services.printfile.renderer import png
from services.printfile.renderer.drawing import Drawable
from services.printfile.renderer.fitting import Pixels
from services.printfile.renderer.paints import canvas_over
from services.printfile.renderer.png import Strip
from services.printfile.renderer.strips import Key, StripCache

ROWS = 128
"""Rows of a strip: few enough that a name touches few strips, enough to compress well."""
OPAQUE = 255


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
    template: str,
) -> Printed:
    """Write the location's file; `template` names the document, for finding strips again."""
    brush = _Brush(location)
    strips = [
        brush.strip(top, layers, cache, (template, location.id, top))
        for top in range(0, location.height, ROWS)
    ]
    parts = [
        png.head(location.width, location.height, location.dpi),
        *(strip.chunk for strip in strips),
        png.tail(strips),
    ]
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
    return Printed(
        path,
        digest.hexdigest(),
        sum(len(part) for part in parts),
        all(strip.is_blank for strip in strips),
    )


class _Brush:
    """The buffers of one strip, used again for the next one."""

    def __init__(self, location: PrintLocation) -> None:
        self._width, self._height = location.width, location.height
        rows = min(ROWS, location.height)
        self._pixels = np.zeros((rows, location.width, 4), np.uint8)
        self._filtered = np.empty((rows, location.width * 4 + 1), np.uint8)
        self._surface = canvas_over(self._pixels)

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
        for layer in layers:
            layer.draw(canvas, 1.0)
        canvas.restore()
        drawn = self._pixels[:rows]
        is_blank = not drawn.view(np.uint32).any()
        _make_straight(drawn)
        return replace(png.compress(drawn, self._filtered), is_blank=is_blank)


def _make_straight(pixels: Pixels) -> None:
    """Divide colours by their alpha, as PNG wants them, only where something shines through."""
    flat = pixels.reshape(-1, 4)
    # Alpha is the highest byte of a little-endian word, so one comparison finds 1 to 254: in
    # unsigned arithmetic nothing else is below that once the least of them is taken away.
    words = flat.view("<u4")[:, 0]
    partial = np.flatnonzero(words - np.uint32(1 << 24) < np.uint32(254 << 24))
    if partial.size:
        chosen = flat[partial].astype(np.uint32)
        alpha = chosen[:, 3:]
        chosen[:, :3] = np.minimum((chosen[:, :3] * OPAQUE + alpha // 2) // alpha, OPAQUE)
        flat[partial] = chosen.astype(np.uint8)
