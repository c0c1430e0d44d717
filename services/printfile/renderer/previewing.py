"""The picture people look at: the print in its scene, at two sizes, as WebP."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import pyvips
import skia

from services.printfile.renderer.displacing import displaced
from services.printfile.renderer.drawing import Drawable, drawables
from services.printfile.renderer.easel import Easel, rect_of
from services.printfile.renderer.fitting import Pixels
from services.printfile.renderer.paints import canvas_over, colour, image_of
from services.printfile.renderer.raster import RasterCanvas
from shared.templates.scene import Placement, Scene
from shared.templates.style import Box
from shared.templates.template import PrintLocation, Template

WIDTHS = (600, 1600)
QUALITY = 82
EFFORT = 1
PAPER = "#f2f4f5"
CLEAR = "#00000000"
MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class Previewed:
    """A preview picture in the output folder."""

    path: Path
    sha256: str
    width: int
    height: int


def preview(
    easel: Easel, prints: Mapping[str, Sequence[Drawable]], folder: Path
) -> list[Previewed]:
    """Draw the scene once at its full size, and write it smaller too."""
    template = easel.template
    scene = template.preview or plain_scene(template)
    pixels = _drawn(easel, scene, prints)
    raw = pyvips.Image.new_from_memory(pixels.data, scene.width, scene.height, 4, "uchar")
    picture = raw.extract_band(0, n=3).copy(interpretation="srgb")
    made = []
    for width in WIDTHS:
        shown = picture
        if width < picture.width:
            shown = picture.thumbnail_image(width, height=picture.height)
        content = shown.webpsave_buffer(Q=QUALITY, effort=EFFORT, keep="none")
        path = folder / f"preview-{width}.webp"
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        made.append(Previewed(path, sha256, shown.width, shown.height))
    return made


def plain_scene(template: Template) -> Scene:
    """Show a template without a scene of its own on plain paper, its locations side by side."""
    side = 1600
    share = side / len(template.locations)
    return Scene(
        width=side,
        height=side,
        placements=tuple(
            Placement(location=location.id, box=_centred(location, share * place, share, side))
            for place, location in enumerate(template.locations)
        ),
    )


def _centred(location: PrintLocation, left: float, width: float, height: float) -> Box:
    room = 1 - 2 * MARGIN
    scale = min(width * room / location.width, height * room / location.height)
    wide, high = location.width * scale, location.height * scale
    return Box(x=left + (width - wide) / 2, y=(height - high) / 2, width=wide, height=high)


def _drawn(easel: Easel, scene: Scene, prints: Mapping[str, Sequence[Drawable]]) -> Pixels:
    pixels = np.array(_backdrop(easel, scene))
    canvas = canvas_over(pixels).getCanvas()
    for placement in scene.placements:
        _place(easel, canvas, placement, prints[placement.location])
    foreground = _foreground(easel, scene)
    canvas.drawImage(image_of(foreground), 0, 0)
    return pixels


def _backdrop(easel: Easel, scene: Scene) -> Pixels:
    return _kept(easel, scene, "under", drawables(easel, scene.under), PAPER)


def _foreground(easel: Easel, scene: Scene) -> Pixels:
    return _kept(easel, scene, "over", drawables(easel, scene.over), CLEAR)


def _kept(easel: Easel, scene: Scene, part: str, layers: Sequence[Drawable], paper: str) -> Pixels:
    """Give a part of the scene that looks the same for many orders, such as a shirt's colour."""
    shape = (scene.height, scene.width, 4)

    def make() -> Pixels:
        pixels = np.empty(shape, np.uint8)
        canvas = canvas_over(pixels).getCanvas()
        canvas.clear(colour(paper))
        for layer in layers:
            layer.draw(RasterCanvas(canvas))
        return pixels

    if not all(layer.is_lasting for layer in layers):
        return make()
    looks = "".join([easel.template.digest, part, *[layer.signature for layer in layers]])
    return easel.pictures.shelf.kept(hashlib.sha256(looks.encode()).hexdigest(), shape, make)


def _place(
    easel: Easel,
    canvas: skia.Canvas,
    placement: Placement,
    layers: Sequence[Drawable],
) -> None:
    """Lay the print on the scene, flat or along the folds of the cloth."""
    location, folds = easel.template.location(placement.location), placement.folds
    scene = RasterCanvas(canvas)
    bounds = upright(placement)
    with scene.mixed(rect_of(bounds), placement.opacity, placement.blend):
        if folds is None:
            _lay(canvas, placement, location, layers)
            return
        width, height = size = pixels_of_folds(placement)
        flat = np.zeros((height, width, 4), np.uint8)
        table = canvas_over(flat).getCanvas()
        table.translate(-bounds.x, -bounds.y)
        _lay(table, placement, location, layers)
        map_ = easel.pictures.artwork(folds.asset, size, "stretch", 1.0)
        bent = displaced(flat, map_.pixels, folds.strength)
        canvas.drawImage(image_of(bent), bounds.x, bounds.y)


def pixels_of_folds(placement: Placement) -> tuple[int, int]:
    """Give width and height of the map of the folds."""
    bounds = upright(placement)
    return ceil(bounds.width), ceil(bounds.height)


def upright(placement: Placement) -> Box:
    """Give the upright box around a placement that may be turned."""
    turn, box = skia.Matrix(), placement.box
    turn.setRotate(placement.rotate, box.x + box.width / 2, box.y + box.height / 2)
    around = turn.mapRect(rect_of(box)).roundOut()
    return Box(x=around.left(), y=around.top(), width=around.width(), height=around.height())


def scale_of(placement: Placement, location: PrintLocation) -> float:
    """Tell how large a print is seen."""
    return placement.box.width / (placement.part or location.box).width


def _lay(
    canvas: skia.Canvas,
    placement: Placement,
    location: PrintLocation,
    layers: Sequence[Drawable],
) -> None:
    box, part = placement.box, placement.part or location.box
    scale = scale_of(placement, location)
    canvas.save()
    canvas.rotate(placement.rotate, box.x + box.width / 2, box.y + box.height / 2)
    canvas.clipRect(rect_of(box))
    canvas.translate(box.x, box.y)
    canvas.scale(scale, box.height / part.height)
    canvas.translate(-part.x, -part.y)
    for layer in layers:
        layer.draw(RasterCanvas(canvas, scale))
    canvas.restore()
