"""In which sizes the orders of a template show its artwork, known before there is an order."""

from collections.abc import Iterator
from typing import NamedTuple

from services.printfile.renderer.documents import glance_scale
from services.printfile.renderer.fitting import Fit
from services.printfile.renderer.picture_layers import pixels_of
from services.printfile.renderer.previewing import pixels_of_folds, plain_scene, scale_of
from shared.templates.layers import ImageLayer, Layer
from shared.templates.scene import Scene
from shared.templates.template import PrintLocation, Template, every_layer


class Showing(NamedTuple):
    """An artwork in a box, in pixels of the print, and the scale at which that is seen."""

    asset: str
    box: tuple[int, int]
    fit: Fit
    scale: float = 1.0


def showings_of(template: Template) -> list[Showing]:
    """Name every showing once, those of the prints first, as they are drawn first.

    Raises CannotRender for a picture that would have far too many pixels.
    """
    scene = template.preview or plain_scene(template)
    printed = [
        showing for location in template.locations for showing in _of(template, location.layers)
    ]
    seen = [
        showing._replace(scale=scale)
        for location in template.locations
        for scale in _scales(location, scene)
        for showing in _of(template, location.layers)
    ]
    around = [*_of(template, scene.under), *_folds(scene), *_of(template, scene.over)]
    return list(dict.fromkeys((*printed, *seen, *around)))


def _of(template: Template, layers: tuple[Layer, ...]) -> Iterator[Showing]:
    for layer in every_layer(layers):
        if isinstance(layer, ImageLayer):
            for asset in template.artwork_of(layer):
                yield Showing(asset, pixels_of(layer), layer.fit)


def _scales(location: PrintLocation, scene: Scene) -> Iterator[float]:
    if location.format != "png":
        yield glance_scale(location)
    for placement in scene.placements:
        if placement.location == location.id:
            yield min(scale_of(placement, location), 1.0)


def _folds(scene: Scene) -> Iterator[Showing]:
    for placement in scene.placements:
        if placement.folds:
            yield Showing(placement.folds.asset, pixels_of_folds(placement), "stretch")
