"""Shape layers, and the outlines that masks are made of."""

import skia

from services.printfile.renderer.easel import Coat, Easel, Made, coated, rect_of, rotated
from services.printfile.renderer.paints import stroked
from services.printfile.renderer.svgpath import outline_of
from shared.templates.layers import ShapeLayer
from shared.templates.style import Box


def make_shape(easel: Easel, layer: ShapeLayer) -> Made | None:
    """Fill the shape and draw its strokes over it; None when it has neither."""
    outline = shaped(layer.shape, layer.box, layer.radius, layer.path)
    bounds = rect_of(layer.box)
    coats = [Coat(outline, easel.fill(layer.fill, bounds))] if layer.fill else []
    coats += [
        Coat(stroked(outline, stroke.width), easel.fill(stroke.paint, bounds))
        for stroke in layer.strokes
    ]
    if not coats:
        return None
    return rotated(coated(coats), layer.rotate, (bounds.centerX(), bounds.centerY()))


def shaped(kind: str, box: Box, radius: float, path: str | None) -> skia.Path:
    """Give the outline of a rectangle, an ellipse, a rounded rectangle or path data."""
    if path is not None:
        return outline_of(path)
    outline = skia.Path()
    if kind == "ellipse":
        outline.addOval(rect_of(box))
    elif radius:
        outline.addRoundRect(rect_of(box), radius, radius)
    else:
        outline.addRect(rect_of(box))
    return outline
