"""An outside system whose answers are of a shape that nobody expects, over real HTTP."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

NUL = "\\u0000"
"""In JSON, the one character that Postgres keeps in no text."""
HALF = "\\ud800"
"""In JSON, half of a character, which nobody can write as UTF-8."""

Spoil = Callable[[str, str], str]
"""Makes of a request and its answer, as text, what is answered instead."""


@dataclass
class Spoiling:
    """Passes requests on to the system, which does what it is asked, and spoils its answers."""

    target: httpx.AsyncClient
    spoil: Spoil
    is_mended: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and another answer back."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        answer = await self.target.request(
            request.method, request.url.path, content=body, headers=headers
        )
        said = answer.text
        if not self.is_mended:
            said = self.spoil(f"{request.url.path} {body.decode()}", said)
        await Response(said, answer.status_code, media_type="application/json")(
            scope, receive, send
        )
