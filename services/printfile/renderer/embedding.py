"""Pictures inside documents: photos as JPEG, artwork without any loss."""

from typing import NamedTuple

import numpy as np
import pyvips

from services.printfile.renderer import png
from services.printfile.renderer.paints import straightened
from services.printfile.renderer.pictures import Pictured

FULL_QUALITY = 95
SQUEEZED_QUALITY = 80
OPAQUE = 255


class Embedded(NamedTuple):
    """A picture as the bytes of a file."""

    media_type: str
    content: bytes


def embedded(picture: Pictured, dpi: int, *, squeezed: bool = False) -> Embedded:
    """Encode a picture; artwork too becomes a JPEG when the document must be squeezed."""
    is_opaque = bool((picture.pixels[..., 3] == OPAQUE).all())
    if is_opaque and (picture.is_photo or squeezed):
        return Embedded("image/jpeg", _jpeg(picture, squeezed=squeezed))
    straight = straightened(np.ascontiguousarray(picture.pixels))
    height, width = straight.shape[:2]
    strip = png.compress(straight)
    content = png.head(width, height, dpi) + strip.chunk + png.tail([strip.sum])
    return Embedded("image/png", content)


def _jpeg(picture: Pictured, *, squeezed: bool) -> bytes:
    height, width = picture.pixels.shape[:2]
    pixels = np.ascontiguousarray(picture.pixels)
    image = pyvips.Image.new_from_memory(pixels.data, width, height, 4, "uchar")
    quality = SQUEEZED_QUALITY if squeezed else FULL_QUALITY
    rgb = image.extract_band(0, n=3).copy(interpretation="srgb")
    subsample = "on" if squeezed else "off"
    return bytes(rgb.jpegsave_buffer(Q=quality, subsample_mode=subsample, keep="none"))
