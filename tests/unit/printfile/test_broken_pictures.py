"""Pictures that were damaged at random: refused, or a copy that every decoder can open."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pyvips
from PIL import Image

from services.printfile.renderer.pool import Pool, Unusable
from tests.support.broken import animated, heic
from tests.support.printing import picture

EACH = 40
WHOLE = {
    "png": picture(64, 48),
    "png with alpha": picture(64, 48, mode="RGBA"),
    "png of a palette": picture(64, 48, mode="P"),
    "jpeg": picture(64, 48, form="JPEG"),
    "progressive jpeg": picture(64, 48, form="JPEG", progressive=True),
    "webp": picture(64, 48, form="WEBP"),
    "gif": animated(),
    "heic": heic(64, 48),
    "avif": picture(64, 48, form="AVIF"),
}


@pytest.fixture(scope="module")
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pool]:
    made = Pool(tmp_path_factory.mktemp("scratch"), 1)
    await made.open()
    yield made
    await made.close()


def damaged(content: bytes, chance: Random) -> bytes:
    """Cut a picture off, change some of its bytes, leave some out, or do all of that."""
    broken = bytearray(content)
    for _ in range(chance.choice((0, 1, 1, 3, 20))):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    if chance.random() < 0.3:
        start = chance.randrange(len(broken))
        del broken[start : start + chance.randrange(1, 30)]
    if chance.random() < 0.4:
        del broken[chance.randrange(len(broken)) :]
    return bytes(broken)


def check_with_others(content: bytes, size: tuple[int, int]) -> None:
    """Open our copy with Pillow and libvips, and read every pixel of it."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.load()
        assert opened.size == size
    vips = pyvips.Image.new_from_buffer(content, "", fail_on="warning")
    assert vips.avg() >= 0


@pytest.mark.parametrize("kind", WHOLE)
async def test_a_damaged_picture_is_refused_or_becomes_a_whole_one(
    kind: str, pool: Pool, tmp_path: Path
) -> None:
    chance = Random(kind)  # noqa: S311 - the same damage at every run
    reasons: list[str] = []
    source, target = tmp_path / "sent", tmp_path / "own"
    for _ in range(EACH):
        source.write_bytes(damaged(WHOLE[kind], chance))
        try:
            copy = await pool.copy_photo(source, target)
        except Unusable as reason:
            reasons.append(str(reason))
        else:
            check_with_others(target.read_bytes(), (copy.width, copy.height))

    assert reasons
    assert min(map(len, reasons)) > 20
