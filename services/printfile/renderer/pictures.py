"""The pictures of one print, by hash, as images that can be drawn at any scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from services.printfile.renderer.shelf import Shelf, Shown


@dataclass(frozen=True, slots=True)
class Pictured:
    """An image together with the pixels it looks at: Skia keeps no reference to them."""

    image: skia.Image
    pixels: Pixels
    placed: Placed
    is_exact: bool
    is_photo: bool = False

    def left_top(self, corner: tuple[float, float]) -> tuple[float, float]:
        """Say where the picture begins in a box that has this corner."""
        return corner[0] + self.placed.x, corner[1] + self.placed.y

    def frame(self, corner: tuple[float, float]) -> skia.Rect:
        """Say where the picture lies in a box that has this corner."""
        return skia.Rect.MakeXYWH(*self.left_top(corner), self.placed.width, self.placed.height)


@dataclass(slots=True)
class Pictures:
    """What one order needs: artwork from the shelf, and the shopper's photos for this print."""

    shelf: Shelf
    sources: Mapping[str, Path]
    _photos: dict[tuple[str, int, int, str], Pictured] = field(default_factory=dict)

    def artwork(self, asset: str, box: tuple[int, int], fit: Fit, scale: float) -> Pictured:
        """Give static art fitted to a box, at the print's scale or a preview's."""
        shown = self.shown(asset, box, fit, scale)
        return _pictured(self.shelf.artwork(shown), shown.placed, is_exact=scale == 1.0)

    def shown(self, asset: str, box: tuple[int, int], fit: Fit, scale: float) -> Shown:
        """Say how static art is shown, by the artwork's own size."""
        source = self.sources[asset]
        return Shown(asset, source, place(self.shelf.size_of(asset, source), box, fit), fit, scale)

    def photo(
        self, photo: str, box: tuple[int, int], fit: Fit, focus: tuple[float, float], scale: float
    ) -> Pictured:
        """Give the shopper's picture fitted to a box; a preview's is made from the print's."""
        key = (photo, *box, f"{fit}{focus}")
        if key not in self._photos:
            path = self.sources[photo]
            source = size_of(path)
            placed = place(source, box, fit, focus)
            pixels = fit_picture(path, placed, width=source[0])
            self._photos[key] = _pictured(pixels, placed, is_exact=True, is_photo=True)
        exact = self._photos[key]
        if scale == 1.0:
            return exact
        return _pictured(smaller(exact.pixels, scale), exact.placed, is_exact=False, is_photo=True)


def _pictured(
    pixels: Pixels, placed: Placed, *, is_exact: bool, is_photo: bool = False
) -> Pictured:
    return Pictured(image_of(pixels), pixels, placed, is_exact, is_photo)
