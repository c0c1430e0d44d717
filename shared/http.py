"""HTTP as every service speaks it: problems as RFC 9457 says, health and metrics."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.types import Receive, Send

from shared.database import Database
from shared.database_errors import PASSING, UNPREPARED
from shared.error_words import words_of
from shared.outbox import TooLarge

log = structlog.get_logger()


class Problem(Exception):
    """A request that cannot be answered as asked; `detail` tells the caller what to do next."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"title": title, "status": status, "detail": detail, **more}


async def database_of(request: Request) -> Database:
    """Give the database of the service that answers."""
    database: Database = request.app.state.database
    return database


OwnDatabase = Annotated[Database, Depends(database_of)]
"""A parameter of a route: the service's own database."""


def new_http(title: str, version: str = "1") -> FastAPI:
    """Make an application that answers every failure as a problem."""
    http = FastAPI(title=title, version=version, docs_url=None, redoc_url=None)
    http.add_exception_handler(Problem, answer_problem)
    http.add_exception_handler(RequestValidationError, answer_invalid)
    http.add_exception_handler(HTTPException, answer_http)
    http.add_exception_handler(TooLarge, answer_too_large)
    for later in (*PASSING, *UNPREPARED):
        http.add_exception_handler(later, answer_later)
    http.add_exception_handler(Exception, answer_failure)
    return http


async def answer_problem(_: Request, error: Exception) -> JSONResponse:
    """Answer with the problem as it was raised."""
    if not isinstance(error, Problem):
        raise error
    return as_problem(error.body)


async def answer_invalid(_: Request, error: Exception) -> JSONResponse:
    """Name each field that is wrong, and never repeat what was sent."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [
        {"field": ".".join(map(str, found["loc"])), "problem": found["msg"]}
        for found in error.errors()
    ]
    detail = "; ".join(f"{found['field']}: {found['problem']}" for found in problems)
    return as_problem(
        {"title": "Invalid request", "status": 422, "detail": detail, "errors": problems}
    )


async def answer_http(_: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses (404, 405) in the same form."""
    if not isinstance(error, HTTPException):
        raise error
    title, detail = HTTPStatus(error.status_code).phrase, str(error.detail)
    if detail == title:
        detail = "Nothing here answers that: check the path and the method."
    body = {"title": title, "status": error.status_code, "detail": detail}
    response = as_problem(body)
    response.headers.update(error.headers or {})
    return response


async def answer_too_large(_: Request, error: Exception) -> JSONResponse:
    """Answer that what was asked makes an event that no broker takes; nothing of it was done."""
    return as_problem({"title": "Too large to publish", "status": 422, "detail": str(error)})


async def answer_later(_: Request, error: Exception) -> JSONResponse:
    """Answer 503 while the database is away or lacks a migration: asked again, it will work."""
    log.warning("request_failed", error=words_of(error))
    response = as_problem(
        {"title": "Not available now", "status": 503, "detail": "Try again in a moment."}
    )
    response.headers["Retry-After"] = "1"
    return response


async def answer_failure(_: Request, error: Exception) -> JSONResponse:
    """Answer what nobody foresaw, without telling a stranger what it was."""
    log.error("request_broken", error=words_of(error))
    return as_problem(
        {"title": "Internal error", "status": 500, "detail": "The reason is in the service's log."}
    )


def as_problem(body: dict[str, Any]) -> JSONResponse:
    """Write the body as application/problem+json."""
    return JSONResponse(body, status_code=body["status"], media_type="application/problem+json")


def length_of(headers: Mapping[bytes, bytes]) -> int | None:
    """Give the length of the body as the head tells it; None when it tells none."""
    length = headers.get(b"content-length", b"")
    # Python reads no number of thousands of digits, be they noughts.
    return int(length.lstrip(b"0") or b"0") if length.isdigit() else None


async def read_body(
    headers: Mapping[bytes, bytes],
    receive: Receive,
    bytes_max: int,
    hold: Callable[[int], None] = lambda _: None,
) -> bytes:
    """Read a request's body; raises Problem 413 as soon as it is known to be too large.

    `hold` is told of the size of each part, and may raise.
    """
    if (length_of(headers) or 0) > bytes_max:
        raise too_large(bytes_max)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "Incomplete body", "the connection was closed before the end")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        hold(len(chunks[-1]))
        if size > bytes_max:
            raise too_large(bytes_max)
        if not message.get("more_body", False):
            return b"".join(chunks)


def too_large(bytes_max: int) -> Problem:
    """Make the problem of a body that is larger than will be read."""
    return Problem(413, "Body too large", f"at most {bytes_max} bytes are read")


NOTHING_FOLLOWS = [(b"content-length", b"0")]


async def answer(
    send: Send,
    status: int,
    body: Mapping[str, Any] | None = None,
    *,
    retry_after_seconds: int | None = None,
) -> None:
    """Answer without the framework: nothing, or a problem."""
    if body is None and retry_after_seconds is None:
        await send({"type": "http.response.start", "status": status, "headers": NOTHING_FOLLOWS})
        await send({"type": "http.response.body"})
        return
    content = to_json(body) if body is not None else b""
    headers = [(b"content-length", str(len(content)).encode())]
    if body is not None:
        headers.append((b"content-type", b"application/problem+json"))
    if retry_after_seconds is not None:
        headers.append((b"retry-after", str(retry_after_seconds).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
