"""A print that bends with the folds of the cloth, as a map of the folds says."""

import numpy as np
import pyvips
from numpy.typing import NDArray

from services.printfile.renderer.fitting import Pixels

STILL = 128
"""The value, of 255, that moves nothing."""


def displaced(flat: Pixels, folds: Pixels, strength: float) -> Pixels:
    """Bend a print by a map of the same size.

    What is seen at a spot lies `strength` pixels further right in the flat print where the map's
    red is full, and further down where its green is; less red or green than half moves it back.
    """
    height, width = folds.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    index = np.empty((height, width, 2), np.float32)
    index[..., 0] = across + _shift(folds[..., 0], strength)
    index[..., 1] = down + _shift(folds[..., 1], strength)
    places = pyvips.Image.new_from_memory(index.data, width, height, 2, "float")
    image = pyvips.Image.new_from_memory(flat.data, width, height, 4, "uchar")
    bent = image.mapim(places, interpolate=pyvips.Interpolate.new("bilinear"))
    return np.frombuffer(bent.write_to_memory(), np.uint8).reshape(height, width, 4)


def _shift(values: NDArray[np.uint8], strength: float) -> NDArray[np.float32]:
    return (values.astype(np.float32) - STILL) * np.float32(strength / STILL)
