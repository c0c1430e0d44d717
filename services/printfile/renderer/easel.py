"""What every layer is drawn with: the order's answers and pictures, and a list of findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import skia

from services.printfile.domain.answers import Answers
from services.printfile.domain.findings import Code, Finding
from services.printfile.renderer import paints
from services.printfile.renderer.pictures import Pictures
from shared.templates.layers import Layer
from shared.templates.style import Box, Paint
from shared.templates.template import Template

Draw = Callable[[skia.Canvas, float], None]
"""Draws in pixels of the print; the number is the scale of the canvas, for choosing pictures."""


class Made(NamedTuple):
    """A layer that is ready: the area it touches, and how to draw it."""

    bounds: skia.Rect
    draw: Draw


class Coat(NamedTuple):
    """An outline and the paint that fills it."""

    outline: skia.Path
    paint: skia.Paint


@dataclass(frozen=True, slots=True)
class Easel:
    """One print location (or the preview scene) and one order."""

    template: Template
    answers: Answers
    pictures: Pictures
    location: str
    findings: list[Finding] = field(default_factory=list)

    def paint(self, paint: Paint, area: skia.Rect) -> skia.Paint:
        """Make a paint; a chosen colour is the one that belongs to the shopper's option."""
        chosen = {
            name: self.template.field(name).options.get(answer, "#000000")
            for name, answer in self.answers.texts.items()
            if self.template.field(name).kind == "choice"
        }
        return paints.fill(paint, area, chosen)

    def note(self, code: Code, layer: Layer, message: str) -> None:
        """Note a finding about a layer."""
        found = Finding.of(code, message, location=self.location, layer=layer.id)
        self.findings.append(found)


def rect_of(box: Box) -> skia.Rect:
    """Give a box as Skia's rectangle."""
    return skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)


def coated(coats: Sequence[Coat]) -> Made:
    """Fill outlines one over another."""
    bounds = skia.Rect.MakeEmpty()
    for coat in coats:
        bounds.join(coat.outline.computeTightBounds())

    def draw(canvas: skia.Canvas, _scale: float) -> None:
        for coat in coats:
            canvas.drawPath(coat.outline, coat.paint)

    return Made(bounds, draw)


def rotated(made: Made, degrees: float, pivot: tuple[float, float]) -> Made:
    """Turn a layer clockwise around a point."""
    if not degrees:
        return made
    turn = skia.Matrix()
    turn.setRotate(degrees, *pivot)

    def draw(canvas: skia.Canvas, scale: float) -> None:
        canvas.save()
        canvas.concat(turn)
        made.draw(canvas, scale)
        canvas.restore()

    return Made(turn.mapRect(made.bounds), draw)
