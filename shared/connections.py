"""Connections to one outside system: a request goes out, and its whole answer comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

import aiohttp
from yarl import URL

CONNECT_SHARE = 0.5
"""How much of a request's time may pass before there is a connection to send it on."""


class Unreached(Exception):
    """No connection was made: nothing of the request was sent."""


class Unanswered(Exception):
    """The request may have been sent, and there is no whole answer to it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; names of headers are in lower case."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether what was asked was done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def header(self, name: str) -> str:
        """Give a header; the empty text when it is missing."""
        return self.headers.get(name.lower(), "")


class Connections(Protocol):
    """What sends requests; the services know no more of HTTP than this."""

    async def send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Give the answer, whatever its status; raises Unreached or Unanswered."""

    async def close(self) -> None:
        """Close every connection."""


class HttpConnections:
    """Connections that are kept and made when first needed, with no cookies and no redirects.

    `path` goes behind the address of the system and must be quoted already.
    """

    def __init__(self, url: str, headers: Mapping[str, str], timeout_seconds: float) -> None:
        self._url = url.rstrip("/")
        self._headers = headers
        self._timeout = aiohttp.ClientTimeout(
            total=timeout_seconds, sock_connect=timeout_seconds * CONNECT_SHARE
        )
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Send a request, and read its answer to the end."""
        url = URL(f"{self._url}/{path}", encoded=True)
        try:
            async with self._open().request(
                method, url, data=content, headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreached(describe(error)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unanswered(describe(error)) from error
        return Answer(
            answer.status, body, {name.lower(): value for name, value in answer.headers.items()}
        )

    async def close(self) -> None:
        """Close every connection; the next request makes new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def describe(error: BaseException) -> str:
    """Say what went wrong even when the error has no words of its own."""
    return str(error) or type(error).__name__
