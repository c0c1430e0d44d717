"""A print location as a document of outlines, where the factory asks for PDF or SVG."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.printfile.renderer.drawing import Drawable
from services.printfile.renderer.paints import canvas_over
from services.printfile.renderer.pdf import write_pdf
from services.printfile.renderer.printing import Printed
from services.printfile.renderer.raster import RasterCanvas
from services.printfile.renderer.svg import write_svg
from shared.templates.template import PrintLocation

WRITERS = {"pdf": write_pdf, "svg": write_svg}
GLANCE_SIDE = 1_000
"""Longest side of the picture that tells whether there is anything to see in a document."""


def print_document(location: PrintLocation, layers: Sequence[Drawable], path: Path) -> Printed:
    """Write the location's document; squeezed, when the factory would refuse it for its size."""
    write = WRITERS[location.format]
    write(location, layers, path)
    if path.stat().st_size > location.bytes_max:
        write(location, layers, path, squeezed=True)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Printed(path, sha256, path.stat().st_size, _is_blank(location, layers))


def glance_scale(location: PrintLocation) -> float:
    """Tell how large a document is drawn to see whether it is blank."""
    return min(GLANCE_SIDE / max(location.width, location.height), 1.0)


def _is_blank(location: PrintLocation, layers: Sequence[Drawable]) -> bool:
    scale = glance_scale(location)
    width, height = (max(round(side * scale), 1) for side in (location.width, location.height))
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = canvas_over(pixels).getCanvas()
    canvas.scale(width / location.width, height / location.height)
    for layer in layers:
        layer.draw(RasterCanvas(canvas, scale))
    return not pixels.any()
