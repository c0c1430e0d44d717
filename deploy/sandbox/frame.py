"""The frame of an app of the sandbox: records, timers and webhooks start and stop with it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.deliveries import FAULTS, Deliveries, Sign
from deploy.sandbox.faults import Faults, Faulty
from deploy.sandbox.records import Records
from deploy.sandbox.timers import Timers


@dataclass(frozen=True, slots=True)
class Parts:
    """What every app of the sandbox is made of."""

    records: Records
    timers: Timers
    faults: Faults
    deliveries: Deliveries


def build_parts(
    folder: Path | None,
    name: str,
    *,
    faults: Sequence[str],
    sign: Callable[[Records], Sign],
    retry_seconds: float,
) -> Parts:
    """Build the parts; nothing is opened yet."""
    records = Records(folder, name)
    timers = Timers(records)
    switch = Faults(*FAULTS, *faults)
    deliveries = Deliveries(records, timers, switch, sign(records), retry_seconds=retry_seconds)
    return Parts(records, timers, switch, deliveries)


def build_frame(
    parts: Parts,
    routes: Sequence[BaseRoute],
    *,
    error: Callable[[], Response],
    on_refusal: Callable[[Request, Exception], Response],
    on_start: Callable[[], None] = lambda: None,
) -> Starlette:
    """Put the routes of an app and those that all have into one ASGI app."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        parts.records.open()
        parts.deliveries.open()
        on_start()
        parts.timers.start()
        yield
        await parts.timers.stop()
        await parts.deliveries.close()
        parts.records.close()

    common = [
        Route("/sandbox/faults", parts.faults.answer, methods=["GET", "POST", "DELETE"]),
        Route("/health/live", is_live),
    ]
    return Starlette(
        routes=[*common, *routes],
        lifespan=lifespan,
        middleware=[Middleware(Faulty, faults=parts.faults, error=error)],
        exception_handlers={ValidationError: on_refusal, HTTPException: on_refusal},
    )


async def is_live(_: Request) -> Response:
    """Say that the app answers."""
    return JSONResponse({"status": "ok"})
