"""The proxy that chaos breaks the ways between processes with."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.chaos.proxy import Proxy

HOST = "127.0.0.1"


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(100):
        writer.write(piece)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """Give a proxy in front of an echo, with an upstream that is not there before it."""
    server = await asyncio.start_server(echo, HOST, 0)
    nobody = await asyncio.start_server(echo, HOST, 0)
    gone = nobody.sockets[0].getsockname()[1]
    nobody.close()
    await nobody.wait_closed()
    proxy = Proxy([gone, server.sockets[0].getsockname()[1]])
    await proxy.open()
    yield proxy
    await proxy.close()
    server.close()
    await server.wait_closed()


class Call:
    """A connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def of(cls, proxy: Proxy) -> "Call":
        return cls(*await asyncio.open_connection(HOST, proxy.port))

    async def says(self, word: bytes) -> bytes:
        self.writer.write(word)
        return await self.reader.readexactly(len(word))

    async def is_dropped(self) -> bool:
        self.writer.write(b"?")
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True
        finally:
            self.writer.close()


async def test_it_passes_on_and_skips_who_is_away(proxy: Proxy) -> None:
    for _ in range(3):
        call = await Call.of(proxy)
        assert await call.says(b"hello") == b"hello"
        call.writer.close()


async def test_a_cut_drops_what_is_open_and_what_is_new(proxy: Proxy) -> None:
    call = await Call.of(proxy)
    await call.says(b"hello")

    proxy.cut()

    assert await call.is_dropped()
    assert await (await Call.of(proxy)).is_dropped()
    proxy.mend()
    again = await Call.of(proxy)
    assert await again.says(b"again") == b"again"
    again.writer.close()


async def test_what_is_held_up_comes_when_it_is_mended(proxy: Proxy) -> None:
    call = await Call.of(proxy)
    await call.says(b"hello")

    proxy.hold()
    answer = asyncio.create_task(call.says(b"later"))
    done, _ = await asyncio.wait([answer], timeout=0.2)
    proxy.mend()

    assert not done
    assert await answer == b"later"
    call.writer.close()


async def test_what_is_silenced_stays_so_while_new_connections_work(proxy: Proxy) -> None:
    call = await Call.of(proxy)
    await call.says(b"hello")

    proxy.silence()
    answer = asyncio.create_task(call.says(b"lost"))
    new = await Call.of(proxy)

    assert await new.says(b"heard") == b"heard"
    assert not answer.done()
    for each in (call, new):
        each.writer.close()
    answer.cancel()


async def test_slow_is_slow_both_ways(proxy: Proxy) -> None:
    call = await Call.of(proxy)
    await call.says(b"hello")
    loop = asyncio.get_running_loop()

    proxy.slow(0.05)
    began = loop.time()
    await call.says(b"slow")

    assert loop.time() - began >= 0.1
    call.writer.close()


async def test_the_end_of_one_side_reaches_the_other(proxy: Proxy) -> None:
    call = await Call.of(proxy)
    await call.says(b"hello")

    call.writer.write_eof()

    assert await call.reader.read() == b""
    call.writer.close()
