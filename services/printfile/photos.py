"""Shoppers' photos, fetched from where their shop app keeps them, and from nowhere else."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import httpcore
import httpx

from services.printfile.addresses import NotPublic, PublicNetwork
from shared.connections import describe
from shared.outside import Unavailable, read_wait

READ_SECONDS_MAX = 5.0
WAIT_SECONDS_MAX = 60.0
"""No host has a person wait for longer to hear that it does not give its photos."""
REDIRECTS_MAX = 4
MEGABYTE = 1_000_000
PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.LOCKED,
    }
)
HEADERS = {"Accept": "image/*", "User-Agent": "Platen/1", "Accept-Encoding": "identity"}


class Refused(Exception):
    """The photo will never be fetched from this address; the reason is for the merchant."""


class Photos:
    """Fetches photos within limits of time, size and reach.

    Hosts in `private_hosts` may be private and may speak plain HTTP: a sandbox, or a store of
    pictures inside the operator's own network.
    """

    def __init__(
        self,
        private_hosts: Sequence[str] = (),
        *,
        seconds_max: float,
        bytes_max: int,
    ) -> None:
        self._private = frozenset(private_hosts)
        self._seconds_max = seconds_max
        self._bytes_max = bytes_max
        transport = httpx.AsyncHTTPTransport()
        # httpx has no public way to choose the network; its transport is a thin coat over this.
        transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 - see above
            ssl_context=httpx.create_ssl_context(),
            network_backend=PublicNetwork(self._private),
        )
        self._http = httpx.AsyncClient(
            transport=transport, timeout=READ_SECONDS_MAX, headers=HEADERS, trust_env=False
        )

    async def close(self) -> None:
        """Close idle connections."""
        await self._http.aclose()

    async def fetch(self, address: str, target: Path) -> None:
        """Write the photo to a file; raises Refused, or Unavailable when it may come later."""
        try:
            async with asyncio.timeout(self._seconds_max):
                await self._follow(address, target)
        except TimeoutError as error:
            reason = f"the photo did not arrive within {self._seconds_max:g} seconds"
            raise Unavailable(reason) from error
        except NotPublic as error:
            raise Refused(f"the photo's host {error} is not public: it is not asked") from error
        except httpx.HTTPError as error:
            raise Unavailable(f"the photo did not arrive: {describe(error)}") from error

    async def _follow(self, address: str, target: Path) -> None:
        url = self._checked(address)
        for _ in range(REDIRECTS_MAX + 1):
            async with self._http.stream("GET", url) as response:
                if response.next_request is None:
                    self._check(response)
                    await self._write(response, target)
                    return
                # Each step is checked like the first: a public host may point to a private one.
                url = self._checked(str(response.next_request.url))
        raise Refused(f"the photo's address leads on more than {REDIRECTS_MAX} times")

    def _checked(self, address: str) -> httpx.URL:
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, TypeError, ValueError) as error:
            raise Refused("the answer is not the address of a photo") from error
        is_private = url.host in self._private
        if not url.host or url.scheme not in {"https", "http"}:
            raise Refused("the answer is not the address of a photo")
        if url.scheme != "https" and not is_private:
            raise Refused("the photo's address is not https: it is not asked")
        if url.port not in {None, 443} and not is_private:
            raise Refused(f"the photo's address has the unusual port {url.port}: it is not asked")
        return url

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in PASSING or response.is_server_error:
            after, date = (response.headers.get(name, "") for name in ("Retry-After", "Date"))
            said = read_wait(after, date, datetime.now(UTC))
            wait = None if said is None else min(said, WAIT_SECONDS_MAX)
            raise Unavailable(f"the photo's host is in trouble (HTTP {status})", retry_after=wait)
        if not response.is_success:
            raise Refused(f"the photo is not there (HTTP {status}): ask the shopper for it again")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self._bytes_max:
            raise self._too_large()

    async def _write(self, response: httpx.Response, target: Path) -> None:
        written = 0
        with target.open("wb") as file:
            async for chunk in response.aiter_bytes():
                written += len(chunk)
                if written > self._bytes_max:
                    raise self._too_large()
                file.write(chunk)

    def _too_large(self) -> Refused:
        most = self._bytes_max / MEGABYTE
        return Refused(f"the photo's file is larger than {most:g} MB: ask for a smaller one")
