"""Where shoppers' photos are fetched from, and where never."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from services.printfile.addresses import is_public
from services.printfile.photos import Photos, Refused
from shared.outside import Unavailable

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(head: str, body: bytes = b"") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return answer


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def floods(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(bytes(65_536))
        await writer.drain()


PAGES: dict[str, Answer] = {
    "/photo.jpg": says("200 OK\r\nContent-Length: 5", b"photo"),
    "/moved": says("302 Found\r\nLocation: /photo.jpg"),
    "/loop": says("302 Found\r\nLocation: /loop"),
    "/inside": says("302 Found\r\nLocation: http://169.254.169.254/latest/meta-data"),
    "/file": says("302 Found\r\nLocation: file:///etc/passwd"),
    "/gone": says("404 Not Found\r\nContent-Length: 0"),
    "/busy": says("503 Busy\r\nContent-Length: 0"),
    "/overrun": says("429 Too Many\r\nRetry-After: 30\r\nContent-Length: 0"),
    "/closed": says("503 Closed\r\nRetry-After: 86400\r\nContent-Length: 0"),
    "/huge": says("200 OK\r\nContent-Length: 100000000"),
    "/flood": floods,
    "/drip": drips,
}


@pytest.fixture
async def host() -> AsyncIterator[str]:
    """Serve the pages on loopback, which the fetcher is told to trust."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        try:
            await PAGES[path](writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def photos() -> AsyncIterator[Photos]:
    made = Photos(["127.0.0.1"], seconds_max=60, bytes_max=1_000_000)
    yield made
    await made.close()


@pytest.mark.parametrize("path", ["/photo.jpg", "/moved"])
async def test_a_photo_is_written_to_its_file(
    path: str, host: str, photos: Photos, tmp_path: Path
) -> None:
    await photos.fetch(f"{host}{path}", tmp_path / "photo")

    assert (tmp_path / "photo").read_bytes() == b"photo"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/loop", "leads on more than"),
        ("/inside", "not https"),
        ("/file", "not the address of a photo"),
        ("/gone", "HTTP 404"),
        ("/huge", "larger than 1 MB"),
        ("/flood", "larger than 1 MB"),
    ],
)
async def test_a_photo_that_can_never_be_had_is_refused(
    path: str, reason: str, host: str, photos: Photos, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=reason):
        await photos.fetch(f"{host}{path}", tmp_path / "photo")


@pytest.mark.parametrize(
    ("path", "seconds", "reason"), [("/busy", 60, "HTTP 503"), ("/drip", 2, "within 2 seconds")]
)
async def test_a_photo_that_may_come_later_is_asked_for_again(
    path: str, seconds: float, reason: str, host: str, tmp_path: Path
) -> None:
    photos = Photos(["127.0.0.1"], seconds_max=seconds, bytes_max=1_000_000)

    with pytest.raises(Unavailable, match=reason):
        await photos.fetch(f"{host}{path}", tmp_path / "photo")
    await photos.close()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://127.0.0.2/x.jpg", "not public"),
        ("https://10.0.0.8/x.jpg", "not public"),
        ("https://[::1]/x.jpg", "not public"),
        ("https://[::ffff:192.168.0.1]/x.jpg", "not public"),
        ("https://localhost/x.jpg", "not public"),
        ("https://169.254.169.254/latest/meta-data", "not public"),
        ("http://example.com/x.jpg", "not https"),
        ("https://example.com:22/x.jpg", "unusual port 22"),
        ("ftp://example.com/x.jpg", "not the address of a photo"),
        ("file:///etc/passwd", "not the address of a photo"),
        ("Emma", "not the address of a photo"),
        ("https://", "not the address of a photo"),
        ("https://host:port/x.jpg", "not the address of a photo"),
    ],
)
async def test_an_address_that_is_not_public_is_never_asked(
    address: str, reason: str, photos: Photos, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=reason):
        await photos.fetch(address, tmp_path / "photo")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that is asked about
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fe80::1", False),
        ("fd00::1", False),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, *, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("path", "seconds"), [("/overrun", 30.0), ("/closed", 60.0), ("/busy", None)]
)
async def test_a_host_that_is_overrun_says_when_to_come_back(
    host: str, tmp_path: Path, path: str, seconds: float | None
) -> None:
    photos = Photos(("127.0.0.1",), seconds_max=60, bytes_max=1_000)

    with pytest.raises(Unavailable) as later:
        await photos.fetch(f"{host}{path}", tmp_path / "photo")
    await photos.close()

    assert later.value.retry_after == seconds
