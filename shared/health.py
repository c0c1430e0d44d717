"""Whether a service lives, is ready, and what it counts."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from functools import cache

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.database import Database
from shared.database_errors import PASSING, UNPREPARED
from shared.metrics import Metrics
from shared.migrate import find_migrations, name_of

CHECK_SECONDS = 2.0

Checks = Callable[[], Awaitable[dict[str, str]]]
State = Callable[[], Awaitable[str]]
"""Gives "ok", or in a few words what a person has to do about the part."""


def add_health(http: FastAPI, checks: Checks, metrics: Metrics, spared: Container[str]) -> None:
    """Add `/health/live`, `/health/ready` and `/metrics`.

    Without the parts that are `spared` the service still does something that others need.
    """

    async def live() -> dict[str, str]:
        """Answer as long as the process can answer at all."""
        return {"status": "live"}

    async def ready() -> JSONResponse:
        """Answer 200 when every part works, or enough of them; 503 otherwise, and which do not."""
        parts = await checks()
        ill = [part for part, state in parts.items() if state != "ok"]
        is_ready = all(part in spared for part in ill)
        status = "not ready" if not is_ready else "degraded" if ill else "ready"
        return JSONResponse(
            {"status": status, "parts": parts}, status_code=200 if is_ready else 503
        )

    async def count() -> Response:
        """Give the counters in Prometheus' text format."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    http.add_api_route("/health/live", live, methods=["GET"], tags=["health"])
    http.add_api_route("/health/ready", ready, methods=["GET"], tags=["health"])
    http.add_api_route("/metrics", count, methods=["GET"], tags=["health"])


async def check_database(database: Database) -> str:
    """Give "ok", or in a few words what is wrong or missing."""
    try:
        async with asyncio.timeout(CHECK_SECONDS), database.statement() as statement:
            run = await statement.fetch("SELECT name FROM migration")
    except UNPREPARED as error:
        return f"no migration has run: {error}"
    except PASSING as error:
        return f"does not answer: {type(error).__name__}"
    if missing := names_of_migrations(database.service) - {row["name"] for row in run}:
        return f"migrations have not run: {', '.join(sorted(missing))}"
    return database.lacks or "ok"


@cache
def names_of_migrations(service: str) -> frozenset[str]:
    """Name the migrations that this version of the service needs."""
    return frozenset(name_of(file) for file in find_migrations(service))
