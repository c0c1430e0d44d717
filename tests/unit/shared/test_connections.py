"""What comes of a request, on real sockets: an answer, none, or not even a connection."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from shared.connections import Answer, HttpConnections, Unanswered, Unreached

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SECONDS = 30.0
SHORT_SECONDS = 0.3


def saying(text: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text)
        await writer.drain()
        writer.close()

    return serve


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)
    writer.close()


@asynccontextmanager
async def connections(serve: Serve, seconds: float = SECONDS) -> AsyncIterator[HttpConnections]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = HttpConnections(f"http://127.0.0.1:{port}/v1/", {"Authorization": "Bearer k"}, seconds)
    async with server:
        yield made
        await made.close()


async def ask(made: HttpConnections, path: str = "orders/1") -> Answer:
    return await made.send("GET", path, None, {})


async def test_an_answer_comes_back_whole() -> None:
    text = b"HTTP/1.1 418 Teapot\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nshort"

    async with connections(saying(text)) as made:
        answer = await ask(made)

    assert (answer.status, answer.content, answer.is_success) == (418, b"short", False)
    assert (answer.header("Retry-After"), answer.header("X-Other")) == ("7", "")


async def test_what_is_sent_names_the_path_as_it_was_quoted() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async with connections(serve) as made:
        assert (await ask(made, "orders/lookup/o%2F1")).is_success

    assert heads[0].startswith(b"GET /v1/orders/lookup/o%2F1 HTTP/1.1\r\n")
    assert b"Authorization: Bearer k\r\n" in heads[0]


async def test_a_redirect_is_not_followed() -> None:
    text = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"

    async with connections(saying(text)) as made:
        assert (await ask(made)).status == 302


@pytest.mark.parametrize(
    "serve",
    [
        saying(b""),
        saying(b"no HTTP at all\r\n\r\n"),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        hang,
    ],
    ids=["hangs up", "garbage", "half an answer", "silence"],
)
async def test_no_whole_answer_may_still_have_been_heard(serve: Serve) -> None:
    seconds = SHORT_SECONDS if serve is hang else SECONDS
    async with connections(serve, seconds) as made:
        with pytest.raises(Unanswered):
            await made.send("POST", "orders", b"{}", {})


async def test_a_closed_door_was_never_reached() -> None:
    made = HttpConnections("http://127.0.0.1:9", {}, SECONDS)

    with pytest.raises(Unreached, match=r"127\.0\.0\.1"):
        await ask(made)
    await made.close()
