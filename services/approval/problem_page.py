"""Problems as a person sees them who opened a page: in words, and with a way on."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response

from services.approval.access import SignedOut, person_of
from services.approval.forms import form_sent
from shared.web import Pages, Person

Answer = Callable[[Request, Exception], Awaitable[Response]]

WORDS = {
    HTTPStatus.NOT_FOUND: ("There is nothing here", "The address may be incomplete."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "There is nothing here",
        "What is sent from a page cannot be opened by its address.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Platen met an error of its own",
        "Tell whoever runs it if it happens again: its log has the reason.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Platen cannot answer now",
        "Its database is away or updated. Try again in a moment. If it lasts, tell who runs it.",
    ),
}
"""What is said instead of the words for programs, which are about paths and methods."""

MAY_PASS = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE})
"""Where the same may be asked for again: it says nothing of what was asked."""


def add_problem_pages(http: FastAPI) -> None:
    """Answer people with a page whatever programs are answered with a problem for."""
    answers: dict[Any, Any] = dict(http.exception_handlers)
    for kind, answer in answers.items():
        http.add_exception_handler(kind, partial(answer_person, answer))


async def answer_person(answer: Answer, request: Request, error: Exception) -> Response:
    """Answer as programs are answered, and write a page of it for a browser that opens one."""
    response = await answer(request, error)
    if response.media_type != "application/problem+json" or not opens_page(request):
        return response
    problem = json.loads(bytes(response.body))
    said = problem["title"], problem["detail"]
    title, detail = WORDS.get(HTTPStatus(response.status_code), said)
    pages: Pages = request.app.state.pages
    person = await whoever_asks(request)
    known = {"person": person} if person else {}
    page = pages.show(
        "problem.html",
        status=response.status_code,
        title=title,
        detail=detail,
        **ways_on(request, response.status_code),
        **known,
    )
    if after := response.headers.get("retry-after"):
        page.headers["Retry-After"] = after
    return page


def ways_on(request: Request, status: int) -> dict[str, Any]:
    """Give what can be asked for again, with what was typed, and the page of the order."""
    path, may_pass = request.url.path, status in MAY_PASS
    parts = path.split("/")
    is_of_order = request.method == "POST" and parts[1] == "orders"
    return {
        "address": f"{path}?{request.url.query}" if request.url.query else path,
        "is_read": may_pass and request.method == "GET",
        "sent": form_sent(request) if may_pass else None,
        "order": "/".join(parts[:3]) if is_of_order else "",
        "happened_at": datetime.now(UTC) if may_pass else None,
    }


def opens_page(request: Request) -> bool:
    """Tell whether a browser opens a page, and not a script of ours or a program."""
    accepts = request.headers.get("accept", "")
    is_program = request.url.path.startswith("/v1/") or "hx-request" in request.headers
    return "text/html" in accepts and not is_program


async def whoever_asks(request: Request) -> Person | None:
    """Give who is signed in, if anybody is."""
    with suppress(SignedOut):
        return await person_of(request)
    return None
