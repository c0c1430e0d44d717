"""Handing out files: by a signed URL that expires, whole or in part."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from services.printfile.domain.ranges import Range, Unsatisfiable, read_range
from services.printfile.files import MEDIA_TYPES, FileMissing, Files, Stored
from shared.http import Problem
from shared.signed_urls import FileUrls

SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a browser may show in place; a document could hold more than a picture, and is saved."""
PUBLIC = ("prints/", "previews/")
"""Shoppers' photos and the shops' artwork are never handed out."""


async def give_file(
    key: str,
    request: Request,
    expires: Annotated[int, Query()],
    signature: Annotated[str, Query()],
    range_: Annotated[str | None, Header(alias="Range")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Give a print file or preview; 403 when the URL is not ours or has expired."""
    urls: FileUrls = request.app.state.urls
    now = datetime.now(UTC)
    if not key.startswith(PUBLIC) or not urls.is_good(key, expires, signature, now):
        raise Problem(403, "Not allowed", "the URL is not ours or has expired: ask for a new one")
    files: Files = request.app.state.files
    stored = await files.find(key)
    if stored is None:
        raise Problem(404, "No such file", "the file is not in the object store any more")
    headers = headers_of(key, stored, seconds_left=int(expires - now.timestamp()))
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return await part_of(files, key, stored, headers, range_, is_head=request.method == "HEAD")


async def part_of(
    files: Files,
    key: str,
    stored: Stored,
    headers: dict[str, str],
    asked: str | None,
    *,
    is_head: bool,
) -> Response:
    """Give the whole file, or the part that was asked for; 416 when there is no such part."""
    try:
        part = read_range(asked, stored.size_bytes)
    except Unsatisfiable:
        size = {"Content-Range": f"bytes */{stored.size_bytes}"}
        return Response(status_code=416, headers=headers | size)
    status = 200
    wanted = part or Range(0, stored.size_bytes)
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{stored.size_bytes}"
    headers["Content-Length"] = str(wanted.end - wanted.start)
    if is_head:
        return Response(status_code=status, headers=headers)
    content = await opened(files.read(key, wanted.start, wanted.end))
    return StreamingResponse(content, status_code=status, headers=headers)


async def opened(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Read the first chunk before the answer begins, while a failure can still be told."""
    try:
        first = await anext(chunks, b"")
    except FileMissing as error:
        raise Problem(404, "No such file", "the file was removed just now") from error

    async def all_of() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of()


def headers_of(key: str, stored: Stored, *, seconds_left: int) -> dict[str, str]:
    """Say what the file is; its name is its content's hash, so it never changes."""
    name = key.rpartition("/")[2]
    media_type = MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    disposition = "inline" if media_type in SHOWN else "attachment"
    return {
        "Content-Type": media_type,
        "ETag": f'"{name.partition(".")[0]}"',
        "Last-Modified": format_datetime(stored.modified_at.astimezone(UTC), usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={max(0, seconds_left)}, immutable",
        "Content-Disposition": f'{disposition}; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
