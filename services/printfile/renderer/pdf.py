"""A print location as a PDF page of its exact size: outlines, and pictures where there are any."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import skia

from services.printfile.renderer.canvas import Spot
from services.printfile.renderer.drawing import Drawable
from services.printfile.renderer.embedding import embedded
from services.printfile.renderer.pictures import Pictured
from services.printfile.renderer.raster import RasterCanvas
from shared.templates.template import PrintLocation

POINTS_PER_INCH = 72


def write_pdf(
    location: PrintLocation, layers: Sequence[Drawable], path: Path, *, squeezed: bool = False
) -> None:
    """Write the page; no date and no identifier in it depends on when or where."""
    stream = skia.FILEWStream(str(path))
    metadata = skia.PDF.Metadata()
    metadata.fRasterDPI = location.dpi
    document = skia.PDF.MakeDocument(stream, metadata)
    scale = POINTS_PER_INCH / location.dpi
    page = document.beginPage(location.width * scale, location.height * scale)
    page.scale(scale, scale)
    canvas = PdfCanvas(page, location.dpi, squeezed=squeezed)
    for layer in layers:
        layer.draw(canvas)
    document.endPage()
    document.close()
    stream.flush()


class PdfCanvas(RasterCanvas):
    """Draws on a page, where red is red: Skia writes colours and pictures down by their names."""

    def __init__(self, canvas: skia.Canvas, dpi: int, *, squeezed: bool) -> None:
        super().__init__(canvas)
        self._dpi = dpi
        self._squeezed = squeezed
        self._kept: list[object] = []

    def picture(self, picture: Pictured, corner: Spot) -> None:
        """Place a photo as the JPEG that it is in the file, and artwork as its pixels."""
        image = self._image(picture)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        self._canvas.drawImageRect(image, picture.frame(corner), smooth)

    def _image(self, picture: Pictured) -> skia.Image:
        made = embedded(picture, self._dpi, squeezed=self._squeezed)
        if made.media_type == "image/jpeg":
            return skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(made.content))
        pixels = np.ascontiguousarray(picture.pixels)
        # The document reads the pixels when it is closed, and keeps no reference to them.
        self._kept.append(pixels)
        return skia.Image.fromarray(
            pixels,
            colorType=skia.kRGBA_8888_ColorType,
            alphaType=skia.kPremul_AlphaType,
            copy=False,
        )

    def _colour(self, red: int, green: int, blue: int, alpha: int) -> int:
        return int(skia.ColorSetARGB(alpha, red, green, blue))
