"""Artwork and photo layers."""

from contextlib import nullcontext

import numpy as np

from services.printfile.domain.findings import Code
from services.printfile.renderer.canvas import Canvas
from services.printfile.renderer.easel import Easel, Made, rect_of, rotated
from services.printfile.renderer.paints import stroked
from services.printfile.renderer.pictures import Pictured
from services.printfile.renderer.shape_layer import shaped
from shared.templates.layers import ImageLayer, PhotoLayer

DPI_WANTED = 300
DPI_FLOOR = 150
SAMPLE_STEP = 16
FLAT_BELOW = 2.0
"""A photo whose colours differ by less than this, of 255, shows nothing."""


def make_image(easel: Easel, layer: ImageLayer) -> Made | None:
    """Place static art; None when the shopper chose none."""
    asset = layer.asset
    if layer.choice:
        answer = easel.answers.texts.get(layer.choice, "")
        asset = easel.template.field(layer.choice).options.get(answer)
    if asset is None:
        return None
    chosen, box = asset, layer.box
    size = (round(box.width), round(box.height))

    def draw(canvas: Canvas) -> None:
        picture = easel.pictures.artwork(chosen, size, layer.fit, canvas.scale)
        canvas.picture(picture, (round(box.x), round(box.y)))

    made = Made(rect_of(box), draw)
    return rotated(made, layer.rotate, (made.bounds.centerX(), made.bounds.centerY()))


def make_photo(easel: Easel, layer: PhotoLayer) -> Made | None:
    """Fit the shopper's picture behind its mask; None when there is none."""
    photo = easel.answers.photos.get(layer.field)
    if photo is None:
        return None
    box = layer.box
    size = (round(box.width), round(box.height))
    _check(easel, layer, easel.pictures.photo(photo, size, layer.fit, layer.focus, 1.0))
    window = None
    if layer.mask != "none":
        radius = layer.radius if layer.mask == "rounded" else 0.0
        window = shaped(layer.mask, box, radius, layer.path)
    frame = window or shaped("rectangle", box, 0.0, None)
    border = stroked(frame, layer.border.width) if layer.border else None
    bounds = rect_of(box)
    bounds.join(border.computeTightBounds() if border else bounds)

    def draw(canvas: Canvas) -> None:
        picture = easel.pictures.photo(photo, size, layer.fit, layer.focus, canvas.scale)
        with canvas.clipped(window) if window is not None else nullcontext():
            canvas.picture(picture, (round(box.x), round(box.y)))
        if border is not None and layer.border:
            canvas.fill(border, easel.fill(layer.border.paint, rect_of(box)))

    made = Made(bounds, draw)
    return rotated(made, layer.rotate, (rect_of(box).centerX(), rect_of(box).centerY()))


def _check(easel: Easel, layer: PhotoLayer, picture: Pictured) -> None:
    dpi = round(easel.template.location(easel.location).dpi / picture.placed.scale)
    if dpi < DPI_FLOOR:
        message = f"the photo has only {dpi} DPI at this size; {DPI_FLOOR} is the least"
        easel.note(Code.RESOLUTION_TOO_LOW, layer, f"{message}: ask for a larger picture")
    elif dpi < DPI_WANTED:
        message = f"the photo has {dpi} DPI at this size; {DPI_WANTED} prints sharp"
        easel.note(Code.RESOLUTION_LOW, layer, message)
    sample = picture.pixels[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1, 4)
    if float(np.ptp(sample, axis=0).max(initial=0)) < FLAT_BELOW:
        easel.note(Code.LAYER_BLANK, layer, "the photo is one flat colour")
