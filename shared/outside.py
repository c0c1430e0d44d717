"""An outside system over HTTP: what is sent, and what its silence or its answer means for us."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from shared.breaker import Breaker

DENIED_SECONDS = 60.0
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.LOCKED})
DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Unavailable(Exception):
    """The system did not answer, or not sensibly; asking again later can help.

    `is_ambiguous` says that what was asked for may have happened all the same.
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, is_ambiguous: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_ambiguous = is_ambiguous


class Refused(Exception):
    """The system answered that it will never do this; the reason says what a person can do.

    `is_conflict` says that it refused because of something that is there already.
    """

    def __init__(self, code: str, reason: str, *, is_conflict: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.is_conflict = is_conflict


def new_client(url: str, headers: Mapping[str, str], timeout_seconds: float) -> httpx.AsyncClient:
    """Make a client for one outside system; it connects at its first request.

    The connections are aiohttp's, which cost a quarter of the CPU of httpx's own.
    """
    return httpx.AsyncClient(
        base_url=url,
        headers=headers,
        timeout=timeout_seconds,
        transport=AiohttpTransport(client=new_session),
    )


def new_session() -> aiohttp.ClientSession:
    """Make connections that keep no cookies."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


class Outside:
    """Asks an outside system, and leaves it alone while its breaker is open."""

    def __init__(
        self, name: str, http: httpx.AsyncClient, breaker: Breaker, *, timeout_seconds: float
    ) -> None:
        self.name = name
        self.breaker = breaker
        self._http = http
        self._timeout_seconds = timeout_seconds

    async def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_write: bool = True,
    ) -> httpx.Response:
        """Give the answer, a refusal included; raise Unavailable when there is none to speak of."""
        request = self._http.build_request(method, path, content=content, headers=headers)
        try:
            response = await self._send(request, is_write=is_write)
            self._check(response, is_write=is_write)
        except Unavailable as reason:
            self.breaker.failed(reason.retry_after)
            raise
        self.breaker.succeeded()
        return response

    async def _send(self, request: httpx.Request, *, is_write: bool) -> httpx.Response:
        # httpx limits each read; a whole answer must have an end as well.
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._http.send(request)
        except NEVER_SENT as error:
            raise Unavailable(f"{self.name} cannot be reached: {describe(error)}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            reason = f"{self.name} did not answer: {describe(error)}"
            raise Unavailable(reason, is_ambiguous=is_write) from error

    def _check(self, response: httpx.Response, *, is_write: bool) -> None:
        """Let successes and refusals pass; everything else says nothing of what was asked."""
        status = response.status_code
        wait = retry_after(response, datetime.now(UTC))
        if status in DENIED:
            reason = f"{self.name} denies us access (HTTP {status}): check the key and its scopes"
            raise Unavailable(reason, retry_after=DENIED_SECONDS)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Unavailable(f"{self.name} asks us to slow down", retry_after=wait or 1.0)
        if response.is_redirect:
            raise Unavailable(f"{self.name} has moved (HTTP {status}): check its address")
        if response.is_server_error or status in LATER:
            reason = f"{self.name} is in trouble (HTTP {status})"
            raise Unavailable(reason, retry_after=wait, is_ambiguous=is_write)


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Read Retry-After, which is a number of seconds or a date; None when it is neither."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def describe(error: BaseException) -> str:
    """Say what went wrong even when the error has no words of its own."""
    return str(error) or type(error).__name__
