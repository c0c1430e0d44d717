"""The photos that the sandbox's shoppers upload."""

import io

import httpx
import pytest
from PIL import Image


async def test_a_photo_is_one_that_a_telephone_takes(storefront: httpx.AsyncClient) -> None:
    answer = await storefront.get("/photos/portrait.jpg", timeout=30)

    with Image.open(io.BytesIO(answer.content)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (4000, 3000))
        assert photo.getexif()[0x0112] == 6


async def test_the_broken_photo_cannot_be_decoded(storefront: httpx.AsyncClient) -> None:
    answer = await storefront.get("/photos/broken.jpg", timeout=30)

    with Image.open(io.BytesIO(answer.content)) as photo, pytest.raises(OSError, match="truncated"):
        photo.load()


async def test_a_photo_that_is_not_there_is_not_found(storefront: httpx.AsyncClient) -> None:
    assert (await storefront.get("/photos/nobody.jpg")).status_code == 404
