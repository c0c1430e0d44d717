"""The door of the Partner API: who may come in, what is a dry run, and what was answered before."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.completeful.problems import Problem, invalid, not_found
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.faults import Faults
from deploy.sandbox.records import Document, Records

REMEMBERED_SECONDS = 24 * 60 * 60
DRY_RUN: Document = {"mode": "test", "suppressed": ["database_write", "webhooks"]}
DRY_RUN_HEADERS = {"X-Capp-Mode": "test", "X-Capp-Dry-Run": "true"}

Answer = tuple[int, Document]
Handler = Callable[[Request], Awaitable[Answer]]


class Door:
    """Wraps every way in with what all of them share."""

    def __init__(self, settings: Settings, records: Records, faults: Faults) -> None:
        self._live = settings.live_key.get_secret_value()
        self._test = settings.test_key.get_secret_value() if settings.test_key else None
        self._shop = str(settings.shop_id)
        self._records = records
        self._faults = faults

    def route(self, method: str, path: str, handler: Handler, *, has_preview: bool = True) -> Route:
        """Open one way in; path parameters are named as in the OpenAPI document.

        A handler that has no preview is passed by in a dry run.
        """

        async def endpoint(request: Request) -> Response:
            request_id = str(uuid.uuid4())
            headers = {"X-Request-Id": request_id}
            try:
                dry_run = self._is_dry_run(request)
                headers |= DRY_RUN_HEADERS if dry_run else {"X-Capp-Mode": "live"}
                chosen = _preview if dry_run and not has_preview else handler
                status, body = await self._pass(request, chosen, dry_run=dry_run)
            except Problem as problem:
                if problem.status == HTTPStatus.TOO_MANY_REQUESTS:
                    headers["Retry-After"] = str(problem.more["details"]["retry_after"])
                status, body = problem.status, problem.body(request_id=request_id, path=path)
            return JSONResponse(body, status, headers)

        return Route(path, endpoint, methods=[method])

    def _is_dry_run(self, request: Request) -> bool:
        """Tell by the key, or refuse a key that is not known."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if hmac.compare_digest(given, self._live.encode()):
            return False
        if self._test and hmac.compare_digest(given, self._test.encode()):
            return True
        raise Problem(401, "unauthorized", "Missing or invalid API key")

    async def _pass(self, request: Request, handler: Handler, *, dry_run: bool) -> Answer:
        request.state.dry_run = dry_run
        if request.path_params.get("shopId", self._shop) != self._shop:
            raise not_found("Shop")
        body = await request.body()
        text = f"{request.method} {request.url.path} {body.decode(errors='replace')}"
        if fault := self._faults.take("rate_limit", text):
            pause = {"retry_after": max(1, round(fault.seconds))}
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", "Too many requests", details=pause
            )
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None or dry_run:
            return await _handle(request, handler)
        fingerprint = hashlib.sha256(f"{request.url.path}\n".encode() + body).hexdigest()
        if kept := self._recall(key, fingerprint):
            return kept
        status, answer = await _handle(request, handler)
        kept_answer = {"fingerprint": fingerprint, "at": time.time(), "answer": [status, answer]}
        self._records.put("idempotency", key, kept_answer)
        return status, answer

    def _recall(self, key: str, fingerprint: str) -> Answer | None:
        """Give the answer that this key had, or refuse the key for another body."""
        kept = self._records.get("idempotency", key)
        if kept is None or time.time() - kept["at"] > REMEMBERED_SECONDS:
            return None
        if kept["fingerprint"] != fingerprint:
            raise Problem(
                409,
                "idempotency_key_reuse",
                "Idempotency-Key was used with another body",
                remediation="Use a new key for a new request.",
            )
        status, answer = kept["answer"]
        return status, answer


async def _preview(_: Request) -> Answer:
    return 200, {"dry_run": DRY_RUN}


async def _handle(request: Request, handler: Handler) -> Answer:
    try:
        return await handler(request)
    except ValidationError as error:
        raise invalid(error) from error


async def read_json(request: Request) -> Document:
    """Read a body that must be a JSON object."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Problem(400, "invalid_json", f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Problem(400, "invalid_json", "The body must be a JSON object")
    return body
