"""The object store that artwork is kept in, as far as catalog needs it."""

from typing import Annotated

import obstore
from fastapi import Depends, Request
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url


class Unavailable(Exception):
    """The object store did not take the file; it may do so later."""


class Files:
    """Keeps files by key; a local folder is made when it is missing."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: ObjectStore | None = None

    async def open(self) -> None:
        """Connect to the store; raises when its URL cannot be understood."""
        is_local = self._url.startswith("file:")
        self._store = from_url(self._url, mkdir=True) if is_local else from_url(self._url)

    async def keep(self, key: str, content: bytes) -> None:
        """Store the file whole or not at all; raises Unavailable when the store refuses."""
        if self._store is None:
            raise Unavailable("the object store is not open")
        try:
            await obstore.put_async(self._store, key, content)
        except (BaseError, OSError) as error:
            # The rest of obstore's message is for whoever looks for an error in it.
            raise Unavailable(str(error).partition("\n")[0]) from error


async def files_of(request: Request) -> Files:
    """Give the object store of the service that answers."""
    files: Files = request.app.state.files
    return files


OwnFiles = Annotated[Files, Depends(files_of)]
"""A parameter of a route: the service's object store."""
