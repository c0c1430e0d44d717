"""The pictures of one print, by hash, as images that can be drawn at any scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import skia

from services.printfile.renderer.fitting import (
    Fit,
    Pixels,
    Placed,
    fit_picture,
    place,
    size_of,
    smaller,
)
from services.printfile.renderer.paints import image_of
from services.printfile.renderer.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image together with the pixels it looks at: Skia keeps no reference to them."""

    image: skia.Image
    pixels: Pixels
    placed: Placed
    is_exact: bool

    def draw(self, canvas: skia.Canvas, x: float, y: float) -> None:
        """Draw the picture into its box, whose corner is given; pixel for pixel at full scale."""
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        left, top = x + self.placed.x, y + self.placed.y
        if self.is_exact:
            canvas.drawImage(self.image, left, top, smooth)
        else:
            target = skia.Rect.MakeXYWH(left, top, self.placed.width, self.placed.height)
            canvas.drawImageRect(self.image, target, smooth)


@dataclass(slots=True)
class Pictures:
    """What one order needs: artwork from the shelf, and the shopper's photos for this print."""

    shelf: Shelf
    sources: Mapping[str, Path]
    _photos: dict[tuple[str, int, int, str], Drawn] = field(default_factory=dict)

    def artwork(self, asset: str, box: tuple[int, int], fit: Fit, scale: float) -> Drawn:
        """Give static art fitted to a box, at the print's scale or a preview's."""
        source = self.sources[asset]
        placed = place(self.shelf.size_of(asset, source), box, fit)
        shown = placed if scale == 1.0 else _scaled(placed, scale)
        return _drawn(self.shelf.artwork(asset, source, shown, fit), placed, is_exact=scale == 1.0)

    def photo(
        self, photo: str, box: tuple[int, int], fit: Fit, focus: tuple[float, float], scale: float
    ) -> Drawn:
        """Give the shopper's picture fitted to a box; a preview's is made from the print's."""
        key = (photo, *box, f"{fit}{focus}")
        if key not in self._photos:
            path = self.sources[photo]
            source = size_of(path)
            placed = place(source, box, fit, focus)
            pixels = fit_picture(path, placed, width=source[0])
            self._photos[key] = _drawn(pixels, placed, is_exact=True)
        exact = self._photos[key]
        if scale == 1.0:
            return exact
        return _drawn(smaller(exact.pixels, scale), exact.placed, is_exact=False)


def _drawn(pixels: Pixels, placed: Placed, *, is_exact: bool) -> Drawn:
    return Drawn(image_of(pixels), pixels, placed, is_exact)


def _scaled(placed: Placed, scale: float) -> Placed:
    wide, high = max(round(placed.width * scale), 1), max(round(placed.height * scale), 1)
    return replace(placed, width=wide, height=high, scale=placed.scale * scale)
