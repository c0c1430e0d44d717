"""Problems as a person sees them who opened a page: in words, and with a way on."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response

from services.approval.access import SignedOut, person_of
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
        "Its log has the reason: tell whoever runs it. The list shows how everything stands now.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Platen cannot answer now",
        "Its database is away or being updated. Try again in a moment.",
    ),
}
"""What is said instead of the words for programs, which are about paths and methods."""


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
        "problem.html", status=response.status_code, title=title, detail=detail, **known
    )
    if after := response.headers.get("retry-after"):
        page.headers["Retry-After"] = after
    return page


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
