"""The PNG files that are written strip by strip, read by decoders that are not ours."""

import io
import zlib
from collections.abc import Callable

import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from services.printfile.renderer import png
from services.printfile.renderer.squeezing import squeeze


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 4), dtype=np.uint8)


def written(
    pixels: NDArray[np.uint8], rows: int, way: Callable[..., png.Strip] = png.compress
) -> bytes:
    height, width = pixels.shape[:2]
    strips = [way(pixels[top : top + rows]) for top in range(0, height, rows)]
    body = b"".join(strip.chunk for strip in strips)
    return png.head(width, height, 300) + body + png.tail([strip.sum for strip in strips])


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 70),
    st.integers(1, 40),
    st.sampled_from([png.compress, squeeze]),
)
def test_other_decoders_read_what_was_drawn(
    height: int, width: int, rows: int, way: Callable[..., png.Strip]
) -> None:
    pixels = noise(height, width)

    content = written(pixels, rows, way)

    assert (np.asarray(Image.open(io.BytesIO(content))) == pixels).all()
    assert (pyvips.Image.new_from_buffer(content, "", fail_on="warning").numpy() == pixels).all()


def test_the_resolution_and_colour_space_are_written() -> None:
    info = Image.open(io.BytesIO(written(noise(4, 4), 4))).info

    assert info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert info["srgb"] == 0


def test_the_checksum_is_that_of_all_strips_together() -> None:
    pixels = noise(50, 20)

    strips = [png.compress(pixels[top : top + 13]) for top in range(0, 50, 13)]

    content = written(pixels, 13)
    stream = b"".join(bodies_of(content, b"IDAT"))
    assert png.joined_adler(strip.sum for strip in strips) == zlib.adler32(zlib.decompress(stream))


def test_a_strip_is_the_same_bytes_however_often_it_is_written() -> None:
    pixels = noise(128, 300)
    pixels[:, 40:] = 0

    assert len({png.compress(pixels.copy()).chunk for _ in range(50)}) == 1


def test_a_squeezed_picture_is_smaller() -> None:
    down, across = np.mgrid[0:128, 0:600]
    slope = np.stack([across + down, 2 * across - down, across * down // 99], axis=-1)
    wobble = np.random.default_rng(1).normal(0, 4, slope.shape)
    colours = (slope + wobble).astype(np.uint8)
    pixels = np.dstack([colours, np.full((128, 600), 255, np.uint8)])

    assert len(squeeze(pixels).chunk) < 0.95 * len(png.compress(pixels).chunk)


def bodies_of(content: bytes, kind: bytes) -> list[bytes]:
    bodies, at = [], len(png.SIGNATURE)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == kind:
            bodies.append(content[at + 8 : at + 8 + length])
        at += length + 12
    return bodies
