"""Colours and gradients, resolved for one order, and pixels as Skia wants them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from shared.templates.style import ChosenColour, Gradient, Paint

OPAQUE = "ff"
CLEAR = "#00000000"
COLOUR_TYPE = skia.kBGRA_8888_ColorType
"""What Skia is told that our pixels are, because it draws pictures three times as fast so.

They are RGBA. Nothing Skia does treats red and blue differently, so it is enough that every
colour is handed over with the two exchanged, which `rgba` does.
"""

Rgba = tuple[int, int, int, int]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Flow:
    """A gradient laid over an area."""

    gradient: Gradient
    area: skia.Rect

    @property
    def colours(self) -> list[Rgba]:
        """Give the colours in the order in which they flow into one another."""
        return [channels(text) for text in self.gradient.colours]

    @property
    def stops(self) -> list[float]:
        """Say where each colour stands, from 0 to 1; evenly when the designer did not."""
        last = len(self.gradient.colours) - 1
        return list(self.gradient.stops or (place / last for place in range(last + 1)))

    @property
    def middle(self) -> Spot:
        """Give the centre of the area."""
        return (self.area.centerX(), self.area.centerY())

    @property
    def radius(self) -> float:
        """Give the distance at which a radial gradient reaches its last colour."""
        return max(math.hypot(self.area.width(), self.area.height()) / 2, 1)

    @property
    def ends(self) -> tuple[Spot, Spot]:
        """Give the line that a linear gradient follows: it spans the area at its angle."""
        angle = math.radians(self.gradient.angle)
        x, y = math.cos(angle), math.sin(angle)
        reach = abs(self.area.width() / 2 * x) + abs(self.area.height() / 2 * y)
        across, down = self.middle
        return (
            (across - reach * x, down - reach * y),
            (across + reach * x, down + reach * y),
        )


Fill = Rgba | Flow
"""What an outline is filled with, for any canvas."""


def fill_of(paint: Paint, area: skia.Rect, chosen: Mapping[str, str]) -> Fill:
    """Make what fills an area; `chosen` holds the colours the shopper picked."""
    if isinstance(paint, Gradient):
        return Flow(paint, area)
    return channels(chosen.get(paint.field, CLEAR) if isinstance(paint, ChosenColour) else paint)


def channels(text: str) -> Rgba:
    """Read #rrggbb or #rrggbbaa."""
    digits = text[1:] if len(text) == len("#rrggbbaa") else text[1:] + OPAQUE
    red, green, blue, alpha = bytes.fromhex(digits)
    return red, green, blue, alpha


def colour(text: str) -> int:
    """Read #rrggbb or #rrggbbaa, for our pixels."""
    return rgba(*channels(text))


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


def straightened(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Divide colours by their alpha again."""
    made = np.empty_like(pixels)
    image_of(pixels).readPixels(straight_info(pixels), made, made.shape[1] * 4, 0, 0)
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
