"""The object store of print files, previews, photos and artwork, addressed by content."""

import asyncio
import errno
import hashlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from services.printfile.domain.jobs import Halted

if TYPE_CHECKING:
    from obstore import GetOptions

CHUNK_BYTES = 1 << 20
MEGABYTE = 1_000_000
FULL = tuple(f"(os error {number})" for number in (errno.ENOSPC, errno.EDQUOT))
"""How obstore says that the disk is full: its exceptions carry no number."""
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
    """Keeps files in a local folder or a cloud's object store, by URL.

    Raises Halted, whatever is asked, when the store is away or has no room.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._folder = folder_of(url)
        self._opened: ObjectStore | None = None
        self._too_large = 0

    async def open(self) -> None:
        """Connect to the store; a local folder is made when it is missing."""
        is_local = self._folder is not None
        self._opened = from_url(self._url, mkdir=True) if is_local else from_url(self._url)

    async def state(self) -> str:
        """Give "ok", or that there is no room for the file that could not be kept last."""
        if self._folder is None or not self._too_large:
            return "ok"
        free = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
        return "ok" if free >= self._too_large else no_room(free)

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
            if self._folder is not None and any(words in str(error) for words in FULL):
                self._too_large = size
                free = shutil.disk_usage(self._folder).free
                raise Halted("no_room_to_keep", no_room(free)) from error
            raise away(f"did not take {key}", error) from error
        if not await self.is_whole(key):
            reason = f"the object store gave {key} back otherwise than it was written"
            raise Halted("store_away", reason)
        self._too_large = 0

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
            raise away("did not answer", error) from error
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
            raise away(f"did not give {key}", error) from error

    async def drop(self, key: str) -> None:
        """Delete a file; nothing happens when there is none."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise away(f"did not delete {key}", error) from error

    async def _hash_of(self, key: str) -> str:
        digest = hashlib.sha256()
        async for chunk in self.read(key):
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            raise Halted("store_away", "the object store is not open")
        return self._opened


def folder_of(url: str) -> Path | None:
    """Give the folder of a local store; None for one that is elsewhere."""
    parts = urlsplit(url)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def no_room(free_bytes: int) -> str:
    """Say what a person has to do."""
    return (
        f"the disk that print files are kept on has {free_bytes / MEGABYTE:,.0f} MB left, which is"
        " too little: they are made once there is room again"
    )


def away(what: str, error: Exception) -> Halted:
    """Say what the store did not do, by the one line of its error that is for people."""
    return Halted("store_away", f"the object store {what}: {str(error).partition(chr(10))[0]}")
