"""Static artwork: a PNG whose name is the hash of its bytes."""

import hashlib
import struct
from dataclasses import dataclass

BYTES_MAX = 30_000_000
SIDE_MAX = 20_000
PIXELS_MAX = 80_000_000
PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class Unusable(Exception):
    """The bytes are not the artwork that they are said to be."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture that templates name by its hash."""

    sha256: str
    size_bytes: int
    width_px: int
    height_px: int

    @property
    def key(self) -> str:
        """Name it in the object store."""
        return key_of(self.sha256)


def key_of(sha256: str) -> str:
    """Name an artwork in the object store."""
    return f"assets/{sha256}.png"


def examine(sha256: str, content: bytes) -> Artwork:
    """Check that the bytes are a PNG of a printable size with this hash; raises Unusable."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise Unusable(f"the bytes have the hash {found}: send them under that name")
    size_at = len(PNG_START)
    if not content.startswith(PNG_START) or len(content) < size_at + 8:
        raise Unusable("the bytes are not a PNG: artwork is printed from PNG only")
    width, height = struct.unpack_from(">II", content, size_at)
    if not (0 < width <= SIDE_MAX and 0 < height <= SIDE_MAX and width * height <= PIXELS_MAX):
        raise Unusable(
            f"the picture has {width} x {height} pixels: at most {PIXELS_MAX} are printed, "
            f"and {SIDE_MAX} on a side"
        )
    return Artwork(sha256, len(content), width, height)
