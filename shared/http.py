"""HTTP as every service speaks it: problems as RFC 9457 says, health and metrics."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.database import Database


class Problem(Exception):
    """A request that cannot be answered as asked; `detail` tells the caller what to do next."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"title": title, "status": status, "detail": detail, **more}


def database_of(request: Request) -> Database:
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
    body = {"title": str(error.detail), "status": error.status_code, "detail": str(error.detail)}
    response = as_problem(body)
    response.headers.update(error.headers or {})
    return response


def as_problem(body: dict[str, Any]) -> JSONResponse:
    """Write the body as application/problem+json."""
    return JSONResponse(body, status_code=body["status"], media_type="application/problem+json")
