"""Small things that the seed's artwork is drawn from."""

import math
import random
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import skia

from services.printfile.renderer import png
from services.printfile.renderer.paints import COLOUR_TYPE, canvas_over, colour

DPI = 300


def painted(width: int, height: int, draw: Callable[[skia.Canvas], None]) -> bytes:
    """Draw a transparent picture and give it as PNG."""
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = canvas_over(pixels)
    draw(surface.getCanvas())
    straight = surface.makeImageSnapshot().toarray(colorType=COLOUR_TYPE)
    strip = png.compress(np.ascontiguousarray(straight))
    return png.head(width, height, DPI) + strip.chunk + png.tail([strip.sum])


def flat(paint: str) -> skia.Paint:
    """Make a paint of one colour."""
    return skia.Paint(AntiAlias=True, Color=colour(paint))


def line(paint: str, width: float) -> skia.Paint:
    """Make a pen with round ends."""
    return skia.Paint(
        AntiAlias=True,
        Color=colour(paint),
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def outline(points: Iterable[tuple[float, float]]) -> skia.Path:
    """Join points by straight lines."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)  # noqa: FBT003 - Skia's own way
    return path


def star(x: float, y: float, radius: float, spikes: int = 5) -> skia.Path:
    """Draw a star that stands on two of its points."""
    corners = []
    for corner in range(spikes * 2):
        reach = radius if corner % 2 == 0 else radius * 0.42
        angle = math.pi * corner / spikes
        corners.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return outline(corners)


def pine(x: float, foot: float, height: float) -> skia.Path:
    """Draw a fir tree of three tiers on a trunk."""
    half = height * 0.24
    right = [
        (0.0, 1.0), (0.42, 0.70), (0.22, 0.70), (0.70, 0.40), (0.36, 0.40), (1.0, 0.08),
        (0.14, 0.08), (0.14, 0.0),
    ]  # fmt: skip
    points = [(x + half * across, foot - height * up) for across, up in right]
    points += [(x - half * across, foot - height * up) for across, up in reversed(right)]
    return outline(points)


def ridge(
    chance: random.Random, left: float, right: float, base: float, peaks: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Draw the rough line of a mountain range through its peaks and the passes between them."""
    rough = [(left, base), *peaks, (right, base)]
    points = [rough[0]]
    for (x0, y0), (x1, y1) in pairwise(rough):
        steps = 7
        for step in range(1, steps):
            part = step / steps
            jitter = chance.uniform(-1, 1) * abs(x1 - x0) * 0.035
            points.append((x0 + (x1 - x0) * part + jitter, y0 + (y1 - y0) * part + jitter))
        points.append((x1, y1))
    return points


def wear(canvas: skia.Canvas, chance: random.Random, size: int, specks: int) -> None:
    """Take tiny specks out of the ink, as on a shirt that has been loved for years."""
    rubber = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kDstOut)
    for _ in range(specks):
        radius = 1.2 + 5.5 * chance.random() ** 6
        canvas.drawCircle(chance.uniform(0, size), chance.uniform(0, size), radius, rubber)
