"""Completeful as one ASGI app."""

import uuid

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.sandbox.completeful.api import Api
from deploy.sandbox.completeful.control import Control
from deploy.sandbox.completeful.door import Door
from deploy.sandbox.completeful.factory import Factory
from deploy.sandbox.completeful.orders import Orders
from deploy.sandbox.completeful.print_files import PrintFiles
from deploy.sandbox.completeful.problems import Problem, invalid
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.completeful.subscriptions import Subscriptions, signer
from deploy.sandbox.completeful.webhook_api import WebhookApi
from deploy.sandbox.frame import build_frame, build_parts

FAULTS = ("rate_limit", "refuse")


def build_app(settings: Settings) -> Starlette:
    """Build Completeful; its records are opened when the app starts."""
    parts = build_parts(
        settings.folder,
        "completeful",
        faults=FAULTS,
        sign=lambda records: signer(lambda key: records.get("webhook", key)),
        retry_seconds=settings.retry_seconds,
    )
    records, deliveries = parts.records, parts.deliveries
    subscriptions = Subscriptions(settings, records, deliveries)
    factory = Factory(settings, records, parts.timers, subscriptions)
    files = PrintFiles(bytes_max=settings.file_bytes_max, allow_private=settings.allow_private_urls)
    orders = Orders(settings, records, parts.faults, files, factory)
    door = Door(settings, records, parts.faults)
    routes = [
        *Api(settings, orders, files).routes(door),
        *WebhookApi(settings, subscriptions, deliveries).routes(door),
        *Control(records, deliveries, factory).routes(),
    ]
    return build_frame(
        parts,
        routes,
        error=_broken,
        on_refusal=_refused,
        on_start=subscriptions.subscribe_by_settings,
    )


def _broken() -> Response:
    problem = Problem(500, "internal_error", "Something went wrong", remediation="Try again.")
    return JSONResponse(problem.body(request_id=str(uuid.uuid4()), path="*"), 500)


def _refused(request: Request, reason: Exception) -> Response:
    """Tell why something was not done, in Completeful's shape."""
    if isinstance(reason, ValidationError):
        problem = invalid(reason)
    elif isinstance(reason, HTTPException):
        problem = Problem(reason.status_code, "not_found", reason.detail)
    else:
        raise reason
    body = problem.body(request_id=str(uuid.uuid4()), path=request.url.path)
    return JSONResponse(body, problem.status)
