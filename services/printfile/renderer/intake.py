"""A shopper's picture becomes our own copy: upright, sRGB, 8 bits, without metadata."""

from dataclasses import dataclass
from io import BytesIO

import pyvips

from services.printfile.renderer.decoding import (
    check_kind,
    check_size,
    in_plain_words,
)
from services.printfile.renderer.refusals import Unusable

SIDE_KEPT = 6_000
"""The longest side of a copy: no print location of the catalog is larger."""
QUALITY = 95


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """The copy that is printed from, and what became of the original's colours."""

    content: bytes
    media_type: str
    width: int
    height: int
    converted_from: str = ""


def make_own_copy(content: bytes) -> OwnCopy:
    """Decode hostile bytes once, in full; raises Unusable with a reason for the shopper."""
    kind = check_kind(content)
    try:
        return _encoded(*(_opened_heic(content) if kind == "HEIC" else _opened(content)))
    except pyvips.Error as error:
        raise Unusable(in_plain_words(error)) from error


def _opened(content: bytes) -> tuple[pyvips.Image, str]:
    header = pyvips.Image.new_from_buffer(content, "", access="sequential")
    check_size(header.width, header.height)
    converted_from = _foreign_colours(header)
    # The option goes in the string: as an argument of thumbnail_buffer libvips ignores it.
    image = pyvips.Image.thumbnail_buffer(
        content,
        SIDE_KEPT,
        height=SIDE_KEPT,
        size="down",
        option_string="fail_on=truncated",
        **_to_srgb(converted_from),
    )
    return image, converted_from


def _opened_heic(content: bytes) -> tuple[pyvips.Image, str]:
    """Open a telephone's HEIC with its own library, which the build of libvips cannot read."""
    import numpy as np  # noqa: PLC0415 - few orders need it, and every worker would pay
    import pillow_heif  # noqa: PLC0415 - as above

    try:
        heif = pillow_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
        check_size(*heif.size)
        picture = heif.to_pillow()
        upright = picture.convert("RGBA" if "A" in picture.mode else "RGB")
    except (ValueError, OSError, RuntimeError, SyntaxError, EOFError, LookupError) as error:
        message = "the HEIC picture is damaged: ask the shopper for a JPEG of it"
        raise Unusable(message) from error
    image = pyvips.Image.new_from_array(np.asarray(upright))
    profile = picture.info.get("icc_profile")
    if profile:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    converted_from = _foreign_colours(image)
    small = image.thumbnail_image(
        SIDE_KEPT, height=SIDE_KEPT, size="down", no_rotate=True, **_to_srgb(converted_from)
    )
    return small, converted_from


def _foreign_colours(header: pyvips.Image) -> str:
    """Name the colours that had to be converted; an empty word for plain sRGB."""
    if header.interpretation == "cmyk":
        return "CMYK"
    return "another colour profile" if header.get_typeof("icc-profile-data") else ""


def _to_srgb(converted_from: str) -> dict[str, str]:
    """Ask for a conversion only where one is due: without a profile it takes ten times as long."""
    return {"export_profile": "srgb"} if converted_from else {}


def _encoded(image: pyvips.Image, converted_from: str) -> OwnCopy:
    image = _plain(image)
    if image.hasalpha():
        content = image.pngsave_buffer(compression=2, filter="up", keep="none")
        media_type = "image/png"
    else:
        content = image.jpegsave_buffer(Q=QUALITY, subsample_mode="off", keep="none")
        media_type = "image/jpeg"
    return OwnCopy(bytes(content), media_type, image.width, image.height, converted_from)


def _plain(image: pyvips.Image) -> pyvips.Image:
    """Give 8-bit sRGB, and an alpha channel only where something is transparent."""
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    image = image.cast("uchar")
    if image.hasalpha():
        image = image.copy_memory()
        if image[image.bands - 1].min() == 255:  # noqa: PLR2004 - the opaque alpha
            image = image[: image.bands - 1]
    return image
