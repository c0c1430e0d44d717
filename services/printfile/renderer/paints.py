"""Colours, gradients and blending as Skia wants them."""

import math
from collections.abc import Mapping

import numpy as np
import skia
from numpy.typing import NDArray

from shared.templates.style import Blend, ChosenColour, Gradient, Paint

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
OPAQUE = "ff"
COLOUR_TYPE = skia.kBGRA_8888_ColorType
"""What Skia is told that our pixels are, because it draws pictures three times as fast so.

They are RGBA. Nothing Skia does treats red and blue differently, so it is enough that every
colour is handed over with the two exchanged, which `rgba` does.
"""


def fill(paint: Paint, area: skia.Rect, chosen: Mapping[str, str]) -> skia.Paint:
    """Make the paint that fills an area; `chosen` holds the colours the shopper picked."""
    made = skia.Paint(AntiAlias=True)
    if isinstance(paint, Gradient):
        made.setShader(_shader(paint, area))
    else:
        made.setColor(colour(chosen[paint.field] if isinstance(paint, ChosenColour) else paint))
    return made


def layer_paint(opacity: float, blend: Blend) -> skia.Paint:
    """Make the paint that mixes a finished layer with what lies below."""
    made = skia.Paint(BlendMode=BLENDS[blend])
    made.setAlpha(round(opacity * 255))
    return made


def colour(text: str) -> int:
    """Read #rrggbb or #rrggbbaa."""
    digits = text[1:] if len(text) == len("#rrggbbaa") else text[1:] + OPAQUE
    return rgba(*bytes.fromhex(digits))


def rgba(red: int, green: int, blue: int, alpha: int) -> int:
    """Give a colour as Skia needs it for our pixels."""
    return int(skia.ColorSetARGB(alpha, blue, green, red))


def canvas_over(pixels: NDArray[np.uint8]) -> skia.Surface:
    """Give a surface that draws into the pixels; they must outlive it."""
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, COLOUR_TYPE, skia.kPremul_AlphaType)
    return skia.Surface.MakeRasterDirect(info, pixels, width * 4)


def straight_info(pixels: NDArray[np.uint8]) -> skia.ImageInfo:
    """Describe pixels of that size whose colours are not multiplied with their alpha."""
    height, width = pixels.shape[:2]
    return skia.ImageInfo.Make(width, height, COLOUR_TYPE, skia.kUnpremul_AlphaType)


def premultiplied(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Multiply colours with their alpha: Skia does it in half the time that libvips takes."""
    straight = skia.Image.fromarray(
        pixels, colorType=COLOUR_TYPE, alphaType=skia.kUnpremul_AlphaType, copy=False
    )
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, COLOUR_TYPE, skia.kPremul_AlphaType)
    made = np.empty_like(pixels)
    straight.readPixels(info, made, width * 4, 0, 0)
    return made


def image_of(pixels: NDArray[np.uint8]) -> skia.Image:
    """Give premultiplied pixels as an image; they must outlive it."""
    return skia.Image.fromarray(
        pixels, colorType=COLOUR_TYPE, alphaType=skia.kPremul_AlphaType, copy=False
    )


def stroked(outline: skia.Path, width: float) -> skia.Path:
    """Turn a stroke into an outline once, because each band would reckon it anew."""
    pen = skia.Paint(
        Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeJoin=skia.Paint.kRound_Join
    )
    border = skia.Path()
    pen.getFillPath(outline, border)
    return border


def _shader(gradient: Gradient, area: skia.Rect) -> skia.Shader:
    colours = [colour(text) for text in gradient.colours]
    stops = list(gradient.stops) if gradient.stops else None
    middle = skia.Point(area.centerX(), area.centerY())
    if gradient.kind == "radial":
        radius = max(math.hypot(area.width(), area.height()) / 2, 1)
        return skia.GradientShader.MakeRadial(middle, radius, colours, stops)
    angle = math.radians(gradient.angle)
    x, y = math.cos(angle), math.sin(angle)
    reach = abs(area.width() / 2 * x) + abs(area.height() / 2 * y)
    ends = [
        skia.Point(middle.x() - reach * x, middle.y() - reach * y),
        skia.Point(middle.x() + reach * x, middle.y() + reach * y),
    ]
    return skia.GradientShader.MakeLinear(ends, colours, stops)
