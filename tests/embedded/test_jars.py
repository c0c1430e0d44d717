"""Which jars the embedded Kafka accepts."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from deploy.embedded import StackError
from deploy.embedded.jars import Jar, JarSettings, fetch_jars, read_lock

GOOD = b"a jar"
JAR = Jar("org.example:tool:1.0", hashlib.sha256(GOOD).hexdigest(), len(GOOD))


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()


async def fetch_from_mirror(body: bytes, cache: Path) -> list[Path]:
    server = await asyncio.start_server(lambda r, w: answer(r, w, body), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = JarSettings(jar_cache=cache, maven_url=f"http://127.0.0.1:{port}")
    async with server:
        return await fetch_jars([JAR], settings)


async def test_a_jar_is_fetched_once_and_then_found(tmp_path: Path) -> None:
    [fetched] = await fetch_from_mirror(GOOD, tmp_path)

    nowhere = JarSettings(jar_cache=tmp_path, maven_url="http://127.0.0.1:9")
    assert await fetch_jars([JAR], nowhere) == [fetched]
    assert fetched.read_bytes() == GOOD


async def test_a_jar_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="changed on the way"):
        await fetch_from_mirror(b"something else", tmp_path)

    assert not (tmp_path / JAR.filename).exists()


async def test_a_damaged_jar_in_the_cache_is_refused(tmp_path: Path) -> None:
    [fetched] = await fetch_from_mirror(GOOD, tmp_path)
    fetched.write_bytes(b"a jaR")

    with pytest.raises(StackError, match=r"tool-1\.0\.jar is not the file .* Remove it"):
        await fetch_jars([JAR], JarSettings(jar_cache=tmp_path))


def test_the_lock_names_one_version_of_the_whole_broker() -> None:
    versions = {
        jar.coordinate.rpartition(":")[2]
        for jar in read_lock()
        if jar.coordinate.startswith("org.apache.kafka:")
    }

    assert versions == {"4.4.0"}
