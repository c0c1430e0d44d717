"""Strips made as small as they go, for the file that would be too large for the factory.

It takes ten times as long, so it is done only when the quick way gave too much.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from services.printfile.renderer.png import PIXEL_BYTES, Strip, Sum, chunk

LEVEL = 6
SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4

Rows = NDArray[np.uint8]


def squeeze(rows: Rows) -> Strip:
    """Choose the best filter for each row, and deflate with zlib; the first row stands alone."""
    height, width = rows.shape[:2]
    flat = rows.reshape(height, width * PIXEL_BYTES)
    filtered = np.empty((height, width * PIXEL_BYTES + 1), np.uint8)
    least = np.full(height, np.iinfo(np.int64).max)
    for kind, candidate in _candidates(flat).items():
        # The sum of what is left, as signed numbers, tells well how small it will deflate.
        cost = np.abs(candidate.view(np.int8).astype(np.int16)).sum(axis=1, dtype=np.int64)
        better = cost < least
        if kind != SUB:
            better[0] = False
        filtered[better, 0] = kind
        filtered[better, 1:] = candidate[better]
        least[better] = cost[better]
    deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED)
    deflated = deflater.compress(filtered.data) + deflater.flush(zlib.Z_FULL_FLUSH)
    return Strip(chunk(b"IDAT", deflated), Sum(zlib.adler32(filtered.data), filtered.size))


def _candidates(flat: Rows) -> dict[int, Rows]:
    left = np.zeros_like(flat)
    left[:, PIXEL_BYTES:] = flat[:, :-PIXEL_BYTES]
    above = np.zeros_like(flat)
    above[1:] = flat[:-1]
    corner = np.zeros_like(flat)
    corner[1:, PIXEL_BYTES:] = flat[:-1, :-PIXEL_BYTES]
    mean = ((left.astype(np.uint16) + above) >> 1).astype(np.uint8)
    return {
        SUB: flat - left,
        UP: flat - above,
        AVERAGE: flat - mean,
        PAETH: flat - _paeth(left, above, corner),
    }


def _paeth(left: Rows, above: Rows, corner: Rows) -> Rows:
    """Predict each byte by the neighbour that is nearest to where the other two point."""
    a, b, c = (each.astype(np.int16) for each in (left, above, corner))
    to_left, to_above, to_corner = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    is_left = (to_left <= to_above) & (to_left <= to_corner)
    return np.where(is_left, left, np.where(to_above <= to_corner, above, corner))
