"""What layers are drawn on: our pixels, a PDF page, or an SVG document."""

from contextlib import AbstractContextManager
from typing import Protocol

import skia

from services.printfile.renderer.paints import Fill
from services.printfile.renderer.pictures import Pictured
from shared.templates.style import Blend

Spot = tuple[float, float]


class Canvas(Protocol):
    """Draws in pixels of the print location, whatever those become."""

    @property
    def scale(self) -> float:
        """Tell how many pixels of the outcome one pixel of the print is, for choosing pictures."""
        ...

    def fill(self, outline: skia.Path, fill: Fill) -> None:
        """Fill an outline."""
        ...

    def picture(self, picture: Pictured, corner: Spot) -> None:
        """Draw a picture into its box, whose upper left corner is given."""
        ...

    def clipped(self, outline: skia.Path) -> AbstractContextManager[None]:
        """Let only what lies inside the outline through."""
        ...

    def turned(self, degrees: float, pivot: Spot) -> AbstractContextManager[None]:
        """Turn what is drawn clockwise around a point."""
        ...

    def mixed(
        self, area: skia.Rect, opacity: float = 1, blend: Blend = Blend.NORMAL
    ) -> AbstractContextManager[None]:
        """Mix what is drawn within the area with itself first, and as one with what lies below."""
        ...
