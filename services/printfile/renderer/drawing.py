"""Layers made ready to draw: each knows the area it touches and what it depends on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import skia

from services.printfile.renderer.easel import Draw, Easel, Made, rect_of
from services.printfile.renderer.paints import layer_paint
from services.printfile.renderer.picture_layers import make_image, make_photo
from services.printfile.renderer.shape_layer import make_shape
from services.printfile.renderer.text_layer import make_text
from shared.templates.layers import GroupLayer, ImageLayer, Layer, PhotoLayer, ShapeLayer
from shared.templates.style import Blend
from shared.templates.template import fields_of


@dataclass(frozen=True, slots=True)
class Drawable:
    """One visible layer of one order; two with the same signature draw the same pixels.

    What lasts looks the same in many orders: it has no words and no photo of one shopper in it.
    """

    layer: Layer
    signature: str
    is_lasting: bool
    bounds: skia.Rect
    draw: Draw


def drawables(easel: Easel, layers: Iterable[Layer]) -> list[Drawable]:
    """Make the visible layers ready, lowest first."""
    ready = []
    for layer in layers:
        made = _make(easel, layer)
        if made is not None:
            fields = fields_of(layer)
            ready.append(
                Drawable(
                    layer=layer,
                    signature=_signature(easel, layer, fields),
                    is_lasting=all(easel.template.field(f).kind == "choice" for f in fields),
                    bounds=made.bounds.makeOutset(1, 1),
                    draw=made.draw,
                )
            )
    return ready


def _make(easel: Easel, layer: Layer) -> Made | None:
    if not easel.answers.meet(layer.show):
        return None
    if isinstance(layer, GroupLayer):
        made = _make_group(easel, layer)
    elif isinstance(layer, ImageLayer):
        made = make_image(easel, layer)
    elif isinstance(layer, PhotoLayer):
        made = make_photo(easel, layer)
    elif isinstance(layer, ShapeLayer):
        made = make_shape(easel, layer)
    else:
        made = make_text(easel, layer)
    return _mixed(layer, made) if made else None


def _make_group(easel: Easel, layer: GroupLayer) -> Made | None:
    parts = [made for inner in layer.layers if (made := _make(easel, inner))]
    if not parts:
        return None
    bounds = skia.Rect.MakeEmpty()
    for part in parts:
        bounds.join(part.bounds)
    clip = rect_of(layer.clip) if layer.clip else None
    if clip is not None and not bounds.intersect(clip):
        return None

    def draw(canvas: skia.Canvas, scale: float) -> None:
        canvas.save()
        if clip is not None:
            canvas.clipRect(clip, doAntiAlias=True)
        # A layer of its own, so that blending inside does not reach what lies below.
        canvas.saveLayer(bounds.makeOutset(1, 1))
        for part in parts:
            part.draw(canvas, scale)
        canvas.restore()
        canvas.restore()

    return Made(bounds, draw)


def _mixed(layer: Layer, made: Made) -> Made:
    if layer.opacity == 1 and layer.blend is Blend.NORMAL:
        return made
    paint = layer_paint(layer.opacity, layer.blend)
    area = made.bounds.makeOutset(1, 1)

    def draw(canvas: skia.Canvas, scale: float) -> None:
        canvas.saveLayer(area, paint)
        made.draw(canvas, scale)
        canvas.restore()

    return Made(made.bounds, draw)


def _signature(easel: Easel, layer: Layer, fields: Iterable[str]) -> str:
    """Name what the layer looks like: in one template its fields' answers decide."""
    answers = easel.answers
    known = [f"{name}={answers.texts.get(name)}={answers.photos.get(name)}" for name in fields]
    return hashlib.sha256("\0".join((layer.id, *sorted(known))).encode()).hexdigest()
