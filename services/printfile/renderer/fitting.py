"""Pictures scaled to exactly the pixels that a layer needs, premultiplied, ready to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.printfile.renderer.paints import premultiplied

Fit = Literal["contain", "cover", "stretch"]
Pixels = NDArray[np.uint8]
Open = Callable[[int], pyvips.Image]
SHRINKS = (8, 4, 2)
JPEG_START = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the picture lies in its box, and the part of the original that shows there."""

    x: int
    y: int
    width: int
    height: int
    crop: tuple[float, float, float, float]
    scale: float


def place(
    source: tuple[int, int],
    box: tuple[int, int],
    fit: Fit,
    focus: tuple[float, float] = (0.5, 0.5),
) -> Placed:
    """Reckon how a picture goes into a box; the focus stays in sight when it is cropped."""
    width, height = source
    across, down = box[0] / width, box[1] / height
    if fit == "stretch":
        return Placed(0, 0, *box, (0, 0, width, height), max(across, down))
    if fit == "contain":
        scale = min(across, down)
        shown = max(round(width * scale), 1), max(round(height * scale), 1)
        left, top = (box[0] - shown[0]) // 2, (box[1] - shown[1]) // 2
        return Placed(left, top, *shown, (0, 0, width, height), scale)
    scale = max(across, down)
    kept = min(box[0] / scale, width), min(box[1] / scale, height)
    left_cut = min(max(focus[0] * width - kept[0] / 2, 0), width - kept[0])
    top_cut = min(max(focus[1] * height - kept[1] / 2, 0), height - kept[1])
    return Placed(0, 0, *box, (left_cut, top_cut, *kept), scale)


def fit_picture(path: Path, placed: Placed, *, width: int) -> Pixels:
    """Give our own copy or an artwork at the size it is shown in; `width` is the original's."""
    shrink = next((n for n in SHRINKS if placed.scale <= 1 / n), 1)
    image = _open(path, shrink)
    return _scaled(image, placed, image.width / width)


def size_of(path: Path) -> tuple[int, int]:
    """Read the size from the header."""
    image = pyvips.Image.new_from_file(str(path), access="sequential")
    return image.width, image.height


def smaller(pixels: Pixels, scale: float) -> Pixels:
    """Scale pixels that were made for the print down to a preview's."""
    height, width = pixels.shape[:2]
    # Already premultiplied: as four plain bands none of them is taken for an alpha channel.
    image = pyvips.Image.new_from_memory(pixels.data, width, height, 4, "uchar")
    wide, high = smaller_size(width, height, scale)
    return _array(image.thumbnail_image(wide, height=high, size="force"))


def smaller_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Reckon what a picture of the print measures in a preview."""
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _open(path: Path, shrink: int) -> pyvips.Image:
    with path.open("rb") as file:
        is_jpeg = file.read(len(JPEG_START)) == JPEG_START
    options = {"shrink": shrink} if is_jpeg else {}
    image = pyvips.Image.new_from_file(
        str(path), access="sequential", fail_on="truncated", **options
    )
    return image if image.interpretation == "srgb" else image.colourspace("srgb")


def _scaled(image: pyvips.Image, placed: Placed, ratio: float) -> Pixels:
    left, top, width, height = (round(value * ratio) for value in placed.crop)
    width = max(min(width, image.width - left), 1)
    height = max(min(height, image.height - top), 1)
    if (width, height) != (image.width, image.height):
        image = image.crop(min(left, image.width - 1), min(top, image.height - 1), width, height)
    if (width, height) != (placed.width, placed.height):
        image = image.thumbnail_image(placed.width, height=placed.height, size="force")
    if image.hasalpha():
        return premultiplied(_array(image.cast("uchar")))
    return _array(image.cast("uchar").bandjoin(255))


def _array(image: pyvips.Image) -> Pixels:
    flat = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    return flat.reshape(image.height, image.width, 4)
