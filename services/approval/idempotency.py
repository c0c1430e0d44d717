"""Requests with an Idempotency-Key: the second of two gets the first one's answer."""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any, TypeAlias

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from services.approval.access import known_program
from services.approval.inputs import BODY_BYTES_MAX
from services.approval.store import answering
from shared.database import Database
from shared.http import Problem, read_body

KEY_LENGTH_MAX = 255
FORGET_SECONDS = 60.0

Handler: TypeAlias = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotentRoute(APIRoute):
    """A route that does what a key asks for once, and answers the same every time.

    It reads no more than can be meant.
    """

    def get_route_handler(self) -> Handler:
        """Put the key before the route's own function."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.method != "POST":
                return await handler(request)
            headers = dict(request.scope["headers"])
            body = await read_body(headers, request.receive, BODY_BYTES_MAX)
            request = Request(request.scope, receiving(body))
            key = request.headers.get("idempotency-key", "")
            if not key:
                return await handler(request)
            if len(key) > KEY_LENGTH_MAX:
                raise Problem(422, "Key too long", f"At most {KEY_LENGTH_MAX} characters.")
            return await answer_once(request, key, handler)

        return handle


def receiving(body: bytes) -> Receive:
    """Give a body that was read to whoever reads it next."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def answer_once(request: Request, key: str, handler: Handler) -> Response:
    """Do it and keep the answer, or give the answer that was kept."""
    database: Database = request.app.state.database
    shown = request.headers.get("authorization", "")
    actor = sha256(shown.encode()).hexdigest()
    asked = sha256(f"{request.url.path}\n".encode() + await request.body()).hexdigest()
    async with database.transaction() as transaction:
        taken = await answering.claim_key(transaction, actor, key, asked, FORGET_SECONDS)
    if taken is not None:
        await known_program(request, database)
        return replay(taken, asked)
    try:
        response = await handler(request)
    except Exception:
        async with database.transaction() as transaction:
            await answering.free_key(transaction, actor, key)
        raise
    body = bytes(response.body).decode()
    async with database.transaction() as transaction:
        await answering.keep_answer(transaction, actor, key, response.status_code, body)
    return response


def replay(taken: answering.Answered, asked: str) -> Response:
    """Answer as the first time; raises Problem when the key was used for something else."""
    if taken.asked != asked:
        raise Problem(422, "Key used before", "This Idempotency-Key was used for another request.")
    if taken.status == 0:
        raise Problem(409, "In progress", "The same request is being worked on: ask again soon.")
    headers = {"Idempotent-Replayed": "true"}
    return Response(taken.body, taken.status, headers, media_type="application/json")
