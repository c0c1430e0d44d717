"""The object store of finished files, in a local folder."""

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.printfile.api import headers_of
from services.printfile.domain.jobs import Halted
from services.printfile.files import FileMissing, Files, Stored, key_of


@pytest.fixture
async def files(tmp_path: Path) -> Files:
    made = Files((tmp_path / "store").as_uri())
    await made.open()
    return made


def written(content: bytes, folder: Path) -> tuple[str, Path]:
    source = folder / "source"
    source.write_bytes(content)
    return key_of("prints", hashlib.sha256(content).hexdigest(), "image/png"), source


async def read(files: Files, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in files.read(key, start, end)])


async def test_a_file_is_kept_and_given_back(files: Files, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    key, source = written(content, tmp_path)

    await files.keep(key, source)

    stored = await files.find(key)
    assert stored is not None
    assert stored.size_bytes == len(content)
    assert await read(files, key) == content
    assert await read(files, key, 10, 20) == content[10:20]
    assert await read(files, key, 5_000_000) == content[5_000_000:]
    await files.fetch(key, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content


async def test_a_file_kept_twice_is_written_once(files: Files, tmp_path: Path) -> None:
    key, source = written(b"same", tmp_path)
    await files.keep(key, source)
    stored = await files.find(key)

    await files.keep(key, source)

    assert await files.find(key) == stored


async def test_a_file_that_is_not_what_its_key_says_is_not_kept(
    files: Files, tmp_path: Path
) -> None:
    _, source = written(b"something", tmp_path)
    key = key_of("prints", "0" * 64, "image/png")

    with pytest.raises(Halted, match="otherwise than it was written"):
        await files.keep(key, source)

    assert await files.find(key) is None


async def test_a_file_that_is_missing_is_said_to_be(files: Files, tmp_path: Path) -> None:
    key = key_of("photos", "1" * 64, "image/jpeg")

    with pytest.raises(FileMissing, match=key):
        await read(files, key)
    with pytest.raises(FileMissing):
        await files.fetch(key, tmp_path / "copy")
    await files.drop(key)

    assert await files.find(key) is None


async def test_a_dropped_file_is_gone(files: Files, tmp_path: Path) -> None:
    key, source = written(b"private", tmp_path)
    await files.keep(key, source)

    await files.drop(key)

    assert await files.find(key) is None


async def test_a_store_that_is_not_open_gives_nothing() -> None:
    with pytest.raises(Halted, match="not open"):
        await Files("memory:///").find("prints/x.png")


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("a.png", "image/png", "inline"),
        ("a.webp", "image/webp", "inline"),
        ("a.pdf", "application/pdf", "attachment"),
        ("a.svg", "image/svg+xml", "attachment"),
    ],
)
def test_a_document_is_saved_where_a_picture_is_shown(
    name: str, media_type: str, disposition: str
) -> None:
    stored = Stored(size_bytes=1, modified_at=datetime(2026, 1, 1, tzinfo=UTC))

    headers = headers_of(f"prints/{name}", stored, seconds_left=60)

    assert headers["Content-Type"] == media_type
    assert headers["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_who_fetches_side_by_side_finds_the_file_whole(files: Files, tmp_path: Path) -> None:
    content = bytes(5 << 20)
    key, source = written(content, tmp_path)
    await files.keep(key, source)
    target = tmp_path / "target"

    async def fetch() -> int:
        await files.fetch(key, target)
        return target.stat().st_size

    sizes = await asyncio.gather(*[fetch() for _ in range(8)])

    assert sizes == [len(content)] * 8
