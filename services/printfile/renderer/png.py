"""PNG written in strips that do not depend on one another, so that a strip can be used again."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGBA_8_BITS = bytes((8, 6, 0, 0, 0))
PERCEPTUAL = b"\x00"
METRE_IN_INCHES = 39.37007874015748
DEFLATE_HEADER = b"\x78\x01"
DEFLATE_END = b"\x03\x00"
"""An empty last block: the strips before it end on a byte and know nothing of the end."""
LEVEL = 2
AHEAD = 16
FILTER_SUB, FILTER_UP = 1, 2
PIXEL_BYTES = 4
ADLER = 65_521


@dataclass(frozen=True, slots=True)
class Sum:
    """The checksum of some filtered rows, and how many bytes they are."""

    adler: int
    length: int


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows as one finished IDAT chunk, and what is needed to join it to others."""

    chunk: bytes
    sum: Sum
    is_blank: bool = False


def compress(rows: NDArray[np.uint8], filtered: NDArray[np.uint8] | None = None) -> Strip:
    """Filter and deflate rows of straight RGBA, so that no earlier row is needed to read them.

    The first row refers to the pixel on its left, the others to the row above: the fixed choice
    costs a tenth of trying every filter, and the files are smaller than zlib's fastest.
    """
    height, width = rows.shape[:2]
    flat = rows.reshape(height, width * PIXEL_BYTES)
    if filtered is None:
        filtered = np.empty((height, width * PIXEL_BYTES + 1), np.uint8)
    filtered = filtered[:height]
    filtered[0, 0] = FILTER_SUB
    filtered[1:, 0] = FILTER_UP
    filtered[0, 1 : PIXEL_BYTES + 1] = flat[0, :PIXEL_BYTES]
    np.subtract(flat[0, PIXEL_BYTES:], flat[0, :-PIXEL_BYTES], out=filtered[0, PIXEL_BYTES + 1 :])
    np.subtract(flat[1:], flat[:-1], out=filtered[1:, 1:])

    checked = Sum(isal_zlib.adler32(filtered), filtered.size)
    return Strip(chunk(b"IDAT", deflate(filtered)), checked)


def deflate(filtered: NDArray[np.uint8]) -> bytes:
    """Deflate a strip, always to the same bytes.

    Without a history ISA-L's fast loop hashes a register that was never set (`write_first_byte`
    in igzip_icf_body_h1_gr_bt.asm), and now and then finds other matches because of it. So the
    first few bytes are written as they are, and are the history of the rest.
    """
    flat = filtered.reshape(-1)
    ahead = flat[:AHEAD].tobytes()
    stored = struct.pack("<BHH", 0, len(ahead), len(ahead) ^ 0xFFFF) + ahead
    deflater = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15, zdict=ahead)
    return stored + deflater.compress(flat[AHEAD:]) + deflater.flush(isal_zlib.Z_FULL_FLUSH)


def head(width: int, height: int, dpi: int) -> bytes:
    """Write what comes before the pixels: size, colour space, print resolution."""
    per_metre = round(dpi * METRE_IN_INCHES)
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">II", width, height) + RGBA_8_BITS),
            chunk(b"sRGB", PERCEPTUAL),
            chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            chunk(b"IDAT", DEFLATE_HEADER),
        )
    )


def tail(sums: Sequence[Sum]) -> bytes:
    """Write what comes after the pixels: the end of the stream and its checksum."""
    adler = struct.pack(">I", joined_adler(sums))
    return chunk(b"IDAT", DEFLATE_END + adler) + chunk(b"IEND", b"")


def joined_adler(sums: Iterable[Sum]) -> int:
    """Reckon the checksum of all strips one after another from the checksum of each."""
    low, high = 1, 0
    for each in sums:
        high = (high + (each.adler >> 16) + each.length * (low - 1)) % ADLER
        low = (low + (each.adler & 0xFFFF) - 1) % ADLER
    return high << 16 | low


def chunk(kind: bytes, body: bytes) -> bytes:
    """Frame a chunk with its length and checksum."""
    checksum = isal_zlib.crc32(body, isal_zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", checksum)))
