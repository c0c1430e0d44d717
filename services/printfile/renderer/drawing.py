"""Layers made ready to draw: each knows the area it touches and what it depends on."""

import hashlib
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

import skia

from services.printfile.renderer.canvas import Canvas
from services.printfile.renderer.easel import Draw, Easel, Made, outline_of_box
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
    clip = outline_of_box(layer.clip) if layer.clip else None
    if clip is not None and not bounds.intersect(clip.getBounds()):
        return None

    def draw(canvas: Canvas) -> None:
        window = canvas.clipped(clip) if clip is not None else nullcontext()
        # A layer of its own, so that blending inside does not reach what lies below.
        with window, canvas.mixed(bounds.makeOutset(1, 1)):
            for part in parts:
                part.draw(canvas)

    return Made(bounds, draw)


def _mixed(layer: Layer, made: Made) -> Made:
    if layer.opacity == 1 and layer.blend is Blend.NORMAL:
        return made
    area = made.bounds.makeOutset(1, 1)

    def draw(canvas: Canvas) -> None:
        with canvas.mixed(area, layer.opacity, layer.blend):
            made.draw(canvas)

    return Made(made.bounds, draw)


def _signature(easel: Easel, layer: Layer, fields: Iterable[str]) -> str:
    """Name what the layer looks like: in one template its fields' answers decide."""
    answers = easel.answers
    known = [f"{name}={answers.texts.get(name)}={answers.photos.get(name)}" for name in fields]
    return hashlib.sha256("\0".join((layer.id, *sorted(known))).encode()).hexdigest()
