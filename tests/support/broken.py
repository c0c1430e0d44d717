"""Pictures and hosts that shoppers' photos come from when everything is wrong with them."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import numpy as np
import pillow_heif
from PIL import Image

from services.printfile.renderer.png import SIGNATURE, chunk
from tests.support.printing import encoded, picture

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def gives(body: bytes, *, head: str = "200 OK") -> Answer:
    """Answer with a head and a body."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return answer


def leads_to(address: str) -> Answer:
    """Answer with the address of another place."""
    return gives(b"", head=f"302 Found\r\nLocation: {address}")


async def floods(writer: asyncio.StreamWriter) -> None:
    """Answer without an end, as fast as it is read."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(bytes(65_536))
        await writer.drain()


async def drips(writer: asyncio.StreamWriter) -> None:
    """Answer without an end, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(pages: Mapping[str, Answer]) -> AsyncIterator[str]:
    """Serve the pages by their names on loopback."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode().lstrip("/")
        try:
            await pages[name](writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def bomb(width: int, height: int) -> bytes:
    """Write a small PNG that claims to be huge."""
    header = struct.pack(">II", width, height) + bytes((8, 0, 0, 0, 0))
    body = zlib.compress(bytes(1000))
    chunks = [chunk(b"IHDR", header), chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"".join([SIGNATURE, *chunks])


def text_bomb() -> bytes:
    """Write a PNG whose comment is 300 MB once it is inflated."""
    comment = b"Comment\x00\x00" + zlib.compress(bytes(300_000_000), 9)
    whole = picture(40, 30)
    end = whole.index(b"IDAT") - 4
    return whole[:end] + chunk(b"zTXt", comment) + whole[end:]


def half(content: bytes) -> bytes:
    """Cut a file off in the middle."""
    return content[: len(content) // 2]


def heic(width: int = 400, height: int = 300) -> bytes:
    """Write a telephone's picture."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(picture(width, height)))).save(buffer, quality=90)
    return buffer.getvalue()


def animated() -> bytes:
    """Write a GIF of three colours, one after another."""
    frames = [Image.new("RGB", (400, 300), shade) for shade in ("#ff0000", "#00ff00", "#0000ff")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def sixteen_bits() -> bytes:
    """Write a grey PNG of 16 bits a pixel."""
    shades = np.linspace(0, 65_535, 400).astype(np.uint16)
    return encoded(Image.fromarray(np.tile(shades, (300, 1))), "PNG")
