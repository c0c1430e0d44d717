"""What every layer is drawn with: the order's answers and pictures, and a list of findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import skia

from services.printfile.domain.answers import Answers
from services.printfile.domain.findings import Code, Finding
from services.printfile.renderer.canvas import Canvas
from services.printfile.renderer.paints import Fill, fill_of
from services.printfile.renderer.pictures import Pictures
from shared.templates.layers import Layer
from shared.templates.style import Box, Paint
from shared.templates.template import Template

Draw = Callable[[Canvas], None]


class Made(NamedTuple):
    """A layer that is ready: the area it touches, and how to draw it."""

    bounds: skia.Rect
    draw: Draw


class Coat(NamedTuple):
    """An outline and what fills it."""

    outline: skia.Path
    fill: Fill


@dataclass(frozen=True, slots=True)
class Easel:
    """One print location (or the preview scene) and one order.

    `dpi` is what the location is printed with; a scene is never printed.
    """

    template: Template
    answers: Answers
    pictures: Pictures
    location: str
    findings: list[Finding] = field(default_factory=list)
    dpi: int = 300

    def fill(self, paint: Paint, area: skia.Rect) -> Fill:
        """Make what fills an area; a chosen colour is that of the shopper's option."""
        chosen = {
            name: self.template.field(name).options.get(answer, "#000000")
            for name, answer in self.answers.texts.items()
            if self.template.field(name).kind == "choice"
        }
        return fill_of(paint, area, chosen)

    def note(self, code: Code, layer: Layer, message: str) -> None:
        """Note a finding about a layer."""
        found = Finding.of(code, message, location=self.location, layer=layer.id)
        self.findings.append(found)


def rect_of(box: Box) -> skia.Rect:
    """Give a box as Skia's rectangle."""
    return skia.Rect.MakeXYWH(box.x, box.y, box.width, box.height)


def outline_of_box(box: Box) -> skia.Path:
    """Give a box as an outline."""
    outline = skia.Path()
    outline.addRect(rect_of(box))
    return outline


def coated(coats: Sequence[Coat]) -> Made:
    """Fill outlines one over another."""
    bounds = skia.Rect.MakeEmpty()
    for coat in coats:
        bounds.join(coat.outline.computeTightBounds())

    def draw(canvas: Canvas) -> None:
        for coat in coats:
            canvas.fill(coat.outline, coat.fill)

    return Made(bounds, draw)


def rotated(made: Made, degrees: float, pivot: tuple[float, float]) -> Made:
    """Turn a layer clockwise around a point."""
    if not degrees:
        return made
    turn = skia.Matrix()
    turn.setRotate(degrees, *pivot)

    def draw(canvas: Canvas) -> None:
        with canvas.turned(degrees, pivot):
            made.draw(canvas)

    return Made(turn.mapRect(made.bounds), draw)
