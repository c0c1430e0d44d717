"""How printfile hands files out."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from deploy.seed.products import Seed
from shared.events import PrintFileReady
from shared.signed_urls import FileUrls
from tests.integration.printfile.conftest import SIGNING_KEY
from tests.integration.printfile.test_making import MUG, make, mug, order, published
from tests.support.service import Driver

Image.MAX_IMAGE_PIXELS = None


@pytest.fixture
def urls() -> FileUrls:
    return FileUrls("http://printfile", SIGNING_KEY)


async def made(printfile: Driver, seed: Seed) -> PrintFileReady:
    [ready] = await make(printfile, published(seed, MUG), order(mug()))
    assert isinstance(ready, PrintFileReady)
    return ready


async def test_a_signed_url_gives_the_very_file(
    printfile: Driver, seed: Seed, urls: FileUrls
) -> None:
    [file] = (await made(printfile, seed)).files

    response = await printfile.http.get(urls.url_of(file.key, datetime.now(UTC)))

    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == (2700, 1125)


async def test_a_part_of_the_file_is_given(printfile: Driver, seed: Seed, urls: FileUrls) -> None:
    [file] = (await made(printfile, seed)).files
    url = urls.url_of(file.key, datetime.now(UTC))

    response = await printfile.http.get(url, headers={"Range": "bytes=1-3"})

    assert (response.status_code, response.content) == (206, b"PNG")
    assert response.headers["content-range"] == f"bytes 1-3/{file.size_bytes}"


async def test_head_tells_the_size_and_gives_nothing(
    printfile: Driver, seed: Seed, urls: FileUrls
) -> None:
    [file] = (await made(printfile, seed)).files

    response = await printfile.http.head(urls.url_of(file.key, datetime.now(UTC)))

    assert response.headers["content-length"] == str(file.size_bytes)
    assert response.content == b""


async def test_a_url_that_has_expired_is_refused(
    printfile: Driver, seed: Seed, urls: FileUrls
) -> None:
    [file] = (await made(printfile, seed)).files
    long_ago = datetime.now(UTC) - timedelta(days=30)

    response = await printfile.http.get(urls.url_of(file.key, long_ago))

    assert response.status_code == 403


async def test_a_url_for_another_file_is_refused(
    printfile: Driver, seed: Seed, urls: FileUrls
) -> None:
    ready = await made(printfile, seed)
    url = urls.url_of(ready.files[0].key, datetime.now(UTC))

    response = await printfile.http.get(url.replace(ready.files[0].key, ready.preview.key))

    assert response.status_code == 403


async def test_photos_are_never_handed_out(printfile: Driver, urls: FileUrls) -> None:
    response = await printfile.http.get(urls.url_of("photos/secret.jpg", datetime.now(UTC)))

    assert response.status_code == 403
