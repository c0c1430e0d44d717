"""Drawing with Skia: into our pixels, and the part of it that a PDF page shares."""

from collections.abc import Iterator
from contextlib import contextmanager

import skia

from services.printfile.renderer.canvas import Spot
from services.printfile.renderer.paints import Fill, Flow, rgba
from services.printfile.renderer.pictures import Pictured
from shared.templates.style import Blend

BLENDS = {
    Blend.NORMAL: skia.BlendMode.kSrcOver,
    Blend.MULTIPLY: skia.BlendMode.kMultiply,
    Blend.SCREEN: skia.BlendMode.kScreen,
    Blend.OVERLAY: skia.BlendMode.kOverlay,
    Blend.DARKEN: skia.BlendMode.kDarken,
    Blend.LIGHTEN: skia.BlendMode.kLighten,
    Blend.SOFT_LIGHT: skia.BlendMode.kSoftLight,
    Blend.HARD_LIGHT: skia.BlendMode.kHardLight,
    Blend.ERASE: skia.BlendMode.kDstOut,
}


class RasterCanvas:
    """Draws into pixels of ours; pictures are never made larger than the print has them."""

    def __init__(self, canvas: skia.Canvas, scale: float = 1.0) -> None:
        self.scale = min(scale, 1.0)
        self._canvas = canvas

    def fill(self, outline: skia.Path, fill: Fill) -> None:
        """Fill an outline, with smooth edges."""
        paint = skia.Paint(AntiAlias=True)
        if isinstance(fill, Flow):
            paint.setShader(self._shader(fill))
        else:
            paint.setColor(self._colour(*fill))
        self._canvas.drawPath(outline, paint)

    def picture(self, picture: Pictured, corner: Spot) -> None:
        """Draw a picture, pixel for pixel at the print's scale."""
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        if picture.is_exact:
            left, top = picture.left_top(corner)
            self._canvas.drawImage(picture.image, left, top, smooth)
        else:
            self._canvas.drawImageRect(picture.image, picture.frame(corner), smooth)

    @contextmanager
    def clipped(self, outline: skia.Path) -> Iterator[None]:
        """Clip, with smooth edges."""
        self._canvas.save()
        self._canvas.clipPath(outline, doAntiAlias=True)
        yield
        self._canvas.restore()

    @contextmanager
    def turned(self, degrees: float, pivot: Spot) -> Iterator[None]:
        """Turn around a point."""
        self._canvas.save()
        self._canvas.rotate(degrees, *pivot)
        yield
        self._canvas.restore()

    @contextmanager
    def mixed(
        self, area: skia.Rect, opacity: float = 1, blend: Blend = Blend.NORMAL
    ) -> Iterator[None]:
        """Draw into a layer of its own."""
        paint = skia.Paint(BlendMode=BLENDS[blend])
        paint.setAlpha(round(opacity * 255))
        self._canvas.saveLayer(area, paint)
        yield
        self._canvas.restore()

    def _colour(self, red: int, green: int, blue: int, alpha: int) -> int:
        return rgba(red, green, blue, alpha)

    def _shader(self, flow: Flow) -> skia.Shader:
        colours = [self._colour(*each) for each in flow.colours]
        if flow.gradient.kind == "radial":
            middle = skia.Point(*flow.middle)
            return skia.GradientShader.MakeRadial(middle, flow.radius, colours, flow.stops)
        ends = [skia.Point(*end) for end in flow.ends]
        return skia.GradientShader.MakeLinear(ends, colours, flow.stops)
