"""Print files: downloaded as Completeful does before it takes an order, and looked into.

A PNG is walked chunk by chunk and every checksum is compared, which finds files that are cut off or
damaged without the cost of decoding 24 million pixels.
"""

import asyncio
import hashlib
import struct
import zlib
from dataclasses import dataclass

import httpx

from deploy.sandbox.completeful.problems import Problem
from deploy.sandbox.completeful.public_urls import check_url
from deploy.sandbox.records import Document

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SECONDS_MAX = 30.0
AT_ONCE = 4
INCHES_PER_METRE = 0.0254
DPI_MIN = 150


class Unfit(Exception):
    """Why a file cannot be printed, and what helps."""

    def __init__(self, code: str, error: str, remediation: str) -> None:
        super().__init__(error)
        self.code = code
        self.remediation = remediation


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file turned out to be."""

    width: int
    height: int
    dpi: int | None
    sha256: str
    size: int


class PrintFiles:
    """The download and the inspection of print files, a few at a time."""

    def __init__(self, *, bytes_max: int, allow_private: bool) -> None:
        self._bytes_max = bytes_max
        self._allow_private = allow_private
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def inspect(self, url: str, location: Document | None, *, field: str) -> Inspected:
        """Fetch a file and hold it against its print location, or raise Problem."""
        await check_url(url, field=field, allow_private=self._allow_private, https_only=False)
        try:
            async with self._slots:
                body = await self._fetch(url)
                found = await asyncio.to_thread(inspect_png, body)
            if location is not None:
                compare(found, location)
        except Unfit as reason:
            more = {"field": field, "remediation": reason.remediation}
            raise Problem(422, reason.code, str(reason), **more) from reason
        return found

    async def _fetch(self, url: str) -> bytes:
        # A redirect could lead into a private network, so it is followed only where that is let.
        held = bytearray()
        try:
            async with (
                asyncio.timeout(SECONDS_MAX),
                httpx.AsyncClient(timeout=SECONDS_MAX, trust_env=False) as http,
                http.stream("GET", url, follow_redirects=self._allow_private) as answer,
            ):
                if not answer.is_success:
                    raise _unreachable(f"it answered {answer.status_code}")
                async for part in answer.aiter_bytes():
                    held += part
                    if len(held) > self._bytes_max:
                        limit = self._bytes_max // 2**20
                        raise Unfit(
                            "print_file_too_large",
                            f"The print file is larger than {limit} MB",
                            "Compress the file, or ask for a higher limit.",
                        )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _unreachable(type(error).__name__) from error
        return bytes(held)


def inspect_png(body: bytes) -> Inspected:
    """Read what a PNG says of itself, and see that all of it is there."""
    if not body.startswith(SIGNATURE):
        raise Unfit(
            "print_file_not_png", "The print file is not a PNG", "Send the artwork as a PNG file."
        )
    chunks = _walk(body)
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        raise _damaged("a part is missing")
    header = chunks[0][1]
    width, height = struct.unpack_from(">II", body, header)
    dpi = None
    for kind, start in chunks:
        if kind == b"pHYs" and body[start + 8] == 1:
            dpi = round(struct.unpack_from(">I", body, start)[0] * INCHES_PER_METRE)
    return Inspected(width, height, dpi, hashlib.sha256(body).hexdigest(), len(body))


def compare(found: Inspected, location: Document) -> None:
    """See that a file has just the pixels that its print location wants."""
    wanted = location["file_width"], location["file_height"]
    if (found.width, found.height) != wanted:
        raise Unfit(
            "print_file_wrong_size",
            f"The print file has {found.width} x {found.height} px, "
            f"and {location['name']} needs {wanted[0]} x {wanted[1]} px",
            f"Render the artwork at {wanted[0]} x {wanted[1]} px, {location['dpi']} DPI.",
        )
    if found.dpi is not None and found.dpi < DPI_MIN:
        raise Unfit(
            "print_file_low_dpi",
            f"The print file says {found.dpi} DPI",
            f"Say {location['dpi']} DPI in the file.",
        )


def _walk(body: bytes) -> list[tuple[bytes, int]]:
    """Give the kind and the place of each chunk, having compared its checksum."""
    view, place, chunks = memoryview(body), len(SIGNATURE), []
    while place < len(body):
        try:
            (length,) = struct.unpack_from(">I", view, place)
            (checksum,) = struct.unpack_from(">I", view, place + 8 + length)
        except struct.error as error:
            raise _damaged("it ends too early") from error
        if zlib.crc32(view[place + 4 : place + 8 + length]) != checksum:
            raise _damaged("a checksum is wrong")
        chunks.append((bytes(view[place + 4 : place + 8]), place + 8))
        place += 12 + length
    return chunks


def _damaged(why: str) -> Unfit:
    return Unfit(
        "print_file_corrupt", f"The print file is damaged: {why}", "Render the file again."
    )


def _unreachable(why: str) -> Unfit:
    return Unfit(
        "print_file_unreachable",
        f"The print file cannot be downloaded: {why}",
        "See that the address can be reached from outside and has not expired.",
    )
