"""The front: a few hot paths answered ahead of the framework, every other by the framework."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.error_words import words_of
from shared.http import Problem, read_body

log = structlog.get_logger()

Headers = Mapping[bytes, bytes]
"""A request's headers by their names in lower case; of two with one name the later counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a request."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


OK = Answer(200)

COMING_SECONDS_MAX = 10.0
"""How long a request may be coming until it is refused; by some ways it is twice that at worst."""

HELD_BYTES_MAX = 64 * 1024 * 1024
"""How much of bodies that are still coming is held for one path, whoever may have sent it."""

TOO_SLOW = Problem(408, "Too slow", f"a request must come within {COMING_SECONDS_MAX:.0f} seconds")

HEADERS_OF = {
    405: (b"allow", b"POST"),
    408: (b"connection", b"close"),
    503: (b"retry-after", b"1"),
}
"""What a status brings along."""


class HotPath(Protocol):
    """Answers what is posted to one path, without a task or a framework for each request."""

    bytes_max: int
    """How much of a body is read."""

    def take(self, headers: Headers, body: bytes, answer: Callable[[Answer], None]) -> None:
        """Take a whole request; call `answer` once, now or later."""


class Front:
    """Answers a few hot paths itself, and leaves every other to the framework behind it."""

    def __init__(self, behind: ASGIApp) -> None:
        self.hot: dict[bytes, HotPath] = {}
        """By the path as it is written in a request; see `front_protocol`."""
        self._applications: dict[str, HotApplication] = {}
        self._behind = behind

    def add(self, path: str, hot: HotPath) -> None:
        """Answer this path ahead of the framework."""
        self.hot[path.encode()] = hot
        self._applications[path] = HotApplication(hot)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to whoever answers its path."""
        found = self._applications.get(scope["path"]) if scope["type"] == "http" else None
        await (found or self._behind)(scope, receive, send)


class HotApplication:
    """A hot path as an ASGI application, for requests that do not come as most do."""

    def __init__(self, hot: HotPath) -> None:
        self._hot = hot
        self._held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole request, have it answered, and send the answer."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        try:
            if scope["method"] != "POST":
                raise Problem(405, "Method not allowed", "nothing but POST is answered here")
            headers = dict(scope["headers"])
            body = await self._read(headers, receive)
        except Problem as problem:
            settle(answer_of(problem))
        else:
            hand_over(self._hot, headers, body, settle)
        answer = await answered
        length = (b"content-length", str(len(answer.body)).encode())
        headers_of_answer = [length, *answer.headers]
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": headers_of_answer,
            }
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _read(self, headers: Headers, receive: Receive) -> bytes:
        """Read the whole body; raises Problem when it is too large, too slow or one too many."""
        held = 0

        def hold(size: int) -> None:
            nonlocal held
            held += size
            self._held_bytes += size
            if self._held_bytes > HELD_BYTES_MAX:
                raise Problem(503, "Too much at once", "try again in a moment")

        try:
            async with asyncio.timeout(COMING_SECONDS_MAX):
                return await read_body(headers, receive, self._hot.bytes_max, hold)
        except TimeoutError:
            raise TOO_SLOW from None
        finally:
            self._held_bytes -= held


def hand_over(
    hot: HotPath, headers: Headers, body: bytes, answer: Callable[[Answer], None]
) -> None:
    """Have a whole request taken, and answered whatever goes wrong."""
    try:
        hot.take(headers, body, answer)
    except Exception as error:  # noqa: BLE001 - the caller is answered and the log told
        answer(answer_failure(error))


def answer_of(problem: Problem) -> Answer:
    """Answer with the problem, as RFC 9457 writes it."""
    headers = [(b"content-type", b"application/problem+json")]
    if problem.status in HEADERS_OF:
        headers.append(HEADERS_OF[problem.status])
    return Answer(problem.status, to_json(problem.body), tuple(headers))


def answer_failure(error: Exception) -> Answer:
    """Answer what nobody foresaw, without telling a stranger what it was."""
    log.error("request_broken", error=words_of(error))
    return answer_of(Problem(500, "Internal error", "The reason is in the service's log."))
