"""Text layers: shadow, strokes and letters, one over another."""

from typing import Any

import skia

from services.printfile.domain.findings import Code
from services.printfile.domain.words import clean
from services.printfile.renderer.easel import Coat, Easel, Made, coated, rotated
from services.printfile.renderer.paints import stroked
from services.printfile.renderer.typesetting import set_text
from shared.templates.layers import Arc, TextLayer


class _Spoken(dict[str, str]):
    """The shopper's answers; a question left open puts nothing into the text."""

    def __missing__(self, name: str) -> str:
        return ""


def make_text(easel: Easel, layer: TextLayer) -> Made | None:
    """Set the text and choose its paints; None when there is nothing to print."""
    spoken: Any = _Spoken(easel.answers.texts)
    text = clean(layer.content.format_map(spoken)).text
    if not text:
        return None
    made = set_text(layer, text, easel.location)
    easel.findings.extend(made.findings)
    bounds = made.ink.bounds
    if bounds.isEmpty():
        if not made.findings:
            easel.note(Code.LAYER_BLANK, layer, "the text leaves no ink on the paper")
        return None
    letters = easel.fill(layer.fill, bounds)
    coats = [*_under(easel, layer, made.ink.silhouette), Coat(made.ink.letters, letters)]
    coats += [Coat(sheet, letters if rgba is None else rgba) for sheet, rgba in made.ink.sheets]
    place = layer.place
    if isinstance(place, Arc):
        return rotated(coated(coats), layer.rotate, (place.centre.x, place.centre.y))
    middle = (place.x + place.width / 2, place.y + place.height / 2)
    return rotated(coated(coats), layer.rotate, middle)


def _under(easel: Easel, layer: TextLayer, silhouette: skia.Path) -> list[Coat]:
    """Make what lies under the letters: the shadow, then the strokes, the widest first."""
    bounds = silhouette.computeTightBounds()
    widest_first = sorted(layer.strokes, key=lambda stroke: -stroke.width)
    coats = [
        Coat(stroked(silhouette, stroke.width), easel.fill(stroke.paint, bounds))
        for stroke in widest_first
    ]
    if layer.shadow is None:
        return coats
    cast = skia.Path(silhouette)
    if coats:
        cast.addPath(coats[0].outline)
    cast.offset(layer.shadow.dx, layer.shadow.dy)
    return [Coat(cast, easel.fill(layer.shadow.paint, cast.getBounds())), *coats]
