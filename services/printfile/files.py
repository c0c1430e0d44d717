"""The object store of print files, previews, photos and artwork, addressed by content."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from shared.outside import Unavailable

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 1 << 20
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "image/svg+xml": "svg",
}
MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}


class FileMissing(Exception):
    """The store has no file of this key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store knows of a file without reading it."""

    size_bytes: int
    modified_at: datetime


def key_of(folder: str, sha256: str, media_type: str) -> str:
    """Name a file by its content."""
    return f"{folder}/{sha256}.{SUFFIXES[media_type]}"


class Files:
    """Keeps files in a local folder or a cloud's object store, by URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: ObjectStore | None = None

    async def open(self) -> None:
        """Connect to the store; a local folder is made when it is missing."""
        is_local = self._url.startswith("file:")
        self._opened = from_url(self._url, mkdir=True) if is_local else from_url(self._url)

    async def keep(self, key: str, source: Path) -> None:
        """Store a file whole or not at all, and read it back before anyone relies on it.

        A key says what the content is, so a file that is there already is not written again.
        """
        known = await self.find(key)
        size = (await asyncio.to_thread(source.stat)).st_size
        if known is not None and known.size_bytes == size:
            return
        try:
            await obstore.put_async(self._store, key, source)
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store did not take {key}: {error}") from error
        if not await self.is_whole(key):
            raise Unavailable(f"the object store gave {key} back otherwise than it was written")

    async def is_whole(self, key: str) -> bool:
        """Read a file and tell whether it is what its key says; one that is not is dropped."""
        try:
            if await self._hash_of(key) == PurePosixPath(key).stem:
                return True
        except FileMissing:
            return False
        await self.drop(key)
        return False

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a file to the local disk; raises FileMissing when there is none, or a damaged one.

        A damaged file is dropped, so that it can be written anew. The target is there whole or not
        at all, also when several fetch it side by side.
        """
        digest = hashlib.sha256()
        with TemporaryDirectory(dir=target.parent) as folder:
            partial = Path(folder) / target.name
            with partial.open("wb") as file:
                async for chunk in self.read(key):
                    digest.update(chunk)
                    file.write(chunk)
            if digest.hexdigest() != PurePosixPath(key).stem:
                await self.drop(key)
                raise FileMissing(key)
            partial.replace(target)

    async def find(self, key: str) -> Stored | None:
        """Give the size of a file; None when there is none."""
        try:
            meta = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store did not answer: {error}") from error
        return Stored(meta["size"], meta["last_modified"])

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the bytes from `start` up to but not with `end`, in pieces."""
        options: GetOptions = {"range": {"offset": start} if end is None else (start, end)}
        try:
            found = await obstore.get_async(self._store, key, options=options)
            async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except FileNotFoundError as error:
            raise FileMissing(key) from error
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store did not give {key}: {error}") from error

    async def drop(self, key: str) -> None:
        """Delete a file; nothing happens when there is none."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store did not delete {key}: {error}") from error

    async def _hash_of(self, key: str) -> str:
        digest = hashlib.sha256()
        async for chunk in self.read(key):
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            raise Unavailable("the object store is not open")
        return self._opened
