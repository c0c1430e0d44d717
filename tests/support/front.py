"""A hot path that echoes, and clients that speak to it byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.serving import listen
from shared.front import Answer, Headers
from shared.server import serving

PATH = "/hot"
HOST = b"Host: front\r\n"


@dataclass
class Echo:
    """Answers with the body it was given, at once or when it is let go."""

    bytes_max: int = 100_000
    holds: bool = False
    held: list[tuple[bytes, Callable[[Answer], None]]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, _headers: Headers, body: bytes, answer: Callable[[Answer], None]) -> None:
        self.arrived.set()
        if body == b"break":
            raise KeyError("secret")
        if self.holds:
            self.held.append((body, answer))
        else:
            answer(Answer(200, body))

    def let_go(self) -> None:
        for body, answer in self.held:
            answer(Answer(200, body))


@dataclass
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, request: bytes) -> None:
        self.writer.write(request)

    async def status(self) -> int:
        return (await self.answer())[0]

    async def answer(self) -> tuple[int, bytes, bytes]:
        """Give the status, the head and the body of the next answer."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        sizes = [line.split(b":")[1] for line in lines if line.startswith(b"content-length:")]
        body = await self.reader.readexactly(int(sizes[0])) if sizes else b""
        return int(head.split()[1]), head, body


def get(path: str) -> bytes:
    """Write a request without a body."""
    return b"GET %s HTTP/1.1\r\n%s\r\n" % (path.encode(), HOST)


def post(body: bytes, *headers: bytes, path: str = PATH) -> bytes:
    head = b"POST %s HTTP/1.1\r\n%s" % (path.encode(), HOST)
    lines = [b"Content-Length: %d" % len(body), *headers]
    return head + b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(*parts: bytes) -> bytes:
    """Write the parts as a request whose length is not told before."""
    head = b"POST /hot HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    return head + b"".join([b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b"")])


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("behind")(scope, receive, send)


@asynccontextmanager
async def calling(app: ASGIApp) -> AsyncIterator[Line]:
    listener = listen(0)
    async with serving(app, listener):
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        try:
            yield Line(reader, writer)
        finally:
            writer.close()
