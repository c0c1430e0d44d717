"""Artwork and photo layers."""

from contextlib import nullcontext

import numpy as np
import skia

from services.printfile.domain.findings import Code
from services.printfile.renderer.canvas import Canvas
from services.printfile.renderer.decoding import PIXELS_MAX
from services.printfile.renderer.easel import Easel, Made, rect_of, rotated
from services.printfile.renderer.paints import stroked
from services.printfile.renderer.pictures import Pictured
from services.printfile.renderer.refusals import CannotRender
from services.printfile.renderer.shape_layer import shaped
from shared.templates.layers import ImageLayer, PhotoLayer

DPI_WANTED = 300
DPI_FLOOR = 150
SAMPLE_STEP = 16
FLAT_BELOW = 8
"""A spot whose colour differs from most others by less than this, of 255, shows nothing."""
SHOWING_LEAST = 0.002
"""A photo shows something when this part of its spots does."""


def make_image(easel: Easel, layer: ImageLayer) -> Made | None:
    """Place static art; None when the shopper chose none."""
    asset = layer.asset
    if layer.choice:
        answer = easel.answers.texts.get(layer.choice, "")
        asset = easel.template.field(layer.choice).options.get(answer)
    if asset is None:
        return None
    chosen, box = asset, layer.box
    size = pixels_of(layer)

    def draw(canvas: Canvas) -> None:
        picture = easel.pictures.artwork(chosen, size, layer.fit, canvas.scale)
        canvas.picture(picture, (round(box.x), round(box.y)))

    made = Made(rect_of(box), draw)
    return rotated(made, layer.rotate, (made.bounds.centerX(), made.bounds.centerY()))


def make_photo(easel: Easel, layer: PhotoLayer) -> Made | None:
    """Fit the shopper's picture behind its mask; without one show the placeholder, if any."""
    box, photo = layer.box, easel.answers.photos.get(layer.field)
    if photo is None and layer.placeholder is None:
        return None
    frame = _frame(layer)
    border = stroked(frame, layer.border.width) if layer.border else None
    bounds = rect_of(box)
    bounds.join(border.computeTightBounds() if border else bounds)
    size, corner = pixels_of(layer), (round(box.x), round(box.y))
    if photo:
        _check(easel, layer, easel.pictures.photo(photo, size, layer.fit, layer.focus, 1.0))

    def draw(canvas: Canvas) -> None:
        if photo:
            picture = easel.pictures.photo(photo, size, layer.fit, layer.focus, canvas.scale)
            with canvas.clipped(frame) if layer.mask != "none" else nullcontext():
                canvas.picture(picture, corner)
        elif layer.placeholder:
            canvas.fill(frame, easel.fill(layer.placeholder, rect_of(box)))
        if border is not None and layer.border:
            canvas.fill(border, easel.fill(layer.border.paint, rect_of(box)))

    made = Made(bounds, draw)
    return rotated(made, layer.rotate, (rect_of(box).centerX(), rect_of(box).centerY()))


def _frame(layer: PhotoLayer) -> skia.Path:
    if layer.mask == "none":
        return shaped("rectangle", layer.box, 0.0, None)
    radius = layer.radius if layer.mask == "rounded" else 0.0
    return shaped(layer.mask, layer.box, radius, layer.path)


def pixels_of(layer: ImageLayer | PhotoLayer) -> tuple[int, int]:
    """Give the pixels of the layer's picture; raises CannotRender when they are far too many."""
    width, height = max(round(layer.box.width), 1), max(round(layer.box.height), 1)
    if width * height > PIXELS_MAX:
        raise CannotRender(
            f"the picture of layer {layer.id!r} would have {width} × {height} pixels; "
            f"at most {PIXELS_MAX // 1_000_000} megapixels can be drawn"
        )
    return width, height


def _check(easel: Easel, layer: PhotoLayer, picture: Pictured) -> None:
    dpi = round(easel.dpi / picture.placed.scale)
    if dpi < DPI_FLOOR:
        message = f"the photo has only {dpi} DPI at this size; {DPI_FLOOR} is the least"
        easel.note(Code.RESOLUTION_TOO_LOW, layer, f"{message}: ask for a larger picture")
    elif dpi < DPI_WANTED:
        message = f"the photo has {dpi} DPI at this size; {DPI_WANTED} prints sharp"
        easel.note(Code.RESOLUTION_LOW, layer, message)
    sample = picture.pixels[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1, 4).astype(np.int16)
    apart = np.abs(sample - np.median(sample, axis=0)).max(axis=1)
    if (apart > FLAT_BELOW).mean() < SHOWING_LEAST:
        easel.note(Code.LAYER_BLANK, layer, "the photo is almost only one flat colour")
