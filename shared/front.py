"""The front: a few hot paths answered ahead of the framework, every other by the framework."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole request, have it answered, and send the answer."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            if scope["method"] != "POST":
                raise Problem(405, "Method not allowed", "nothing but POST is answered here")
            headers = dict(scope["headers"])
            body = await read_body(headers, receive, self._hot.bytes_max)
        except Problem as problem:
            answered.set_result(answer_of(problem))
        else:
            self._hot.take(headers, body, answered.set_result)
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


def answer_of(problem: Problem, *more: tuple[bytes, bytes]) -> Answer:
    """Answer with the problem, as RFC 9457 writes it."""
    content_type = (b"content-type", b"application/problem+json")
    return Answer(problem.status, to_json(problem.body), (content_type, *more))


def answer_failure(error: Exception) -> Answer:
    """Answer what nobody foresaw, without telling a stranger what it was."""
    log.error("request_broken", error=repr(error))
    return answer_of(Problem(500, "Internal error", "The reason is in the service's log."))
