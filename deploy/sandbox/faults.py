"""The switch for faults: what an app is told to do wrong the next few times.

Every app knows `error` (500 before anything happens), `timeout` (no answer for `seconds`), `slow`
(the right answer after `seconds`, or once faults are called off) and `lost_answer` (it happens, and
the connection drops instead of an answer). Its own faults are taken where they strike.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTROL_PATHS = ("/sandbox", "/photos", "/health")


class FaultRequest(BaseModel):
    """A fault as it is ordered; `match` is a part of the request's text that it waits for."""

    model_config = ConfigDict(extra="forbid")

    fault: str
    count: int = Field(default=1, ge=1)
    match: str = ""
    seconds: float = 30.0


@dataclass(slots=True)
class Fault:
    """A fault that will still strike `count` times."""

    name: str
    count: int
    match: str
    seconds: float


class Faults:
    """The faults that are still to come; a restart forgets them."""

    def __init__(self, *names: str) -> None:
        self.names = ("error", "timeout", "slow", "lost_answer", *names)
        self._waiting: list[Fault] = []
        self._called_off = asyncio.Event()

    def take(self, name: str, text: str) -> Fault | None:
        """Use up one fault of this name that matches the text."""
        for fault in self._waiting:
            if fault.name == name and fault.match in text:
                fault.count -= 1
                if fault.count == 0:
                    self._waiting.remove(fault)
                return fault
        return None

    async def last(self, seconds: float) -> None:
        """Wait for so long, or until faults are called off."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called_off.wait()

    async def answer(self, request: Request) -> Response:
        """Let faults be ordered (POST), seen (GET) and called off (DELETE)."""
        if request.method == "POST":
            asked = FaultRequest.model_validate_json(await request.body())
            if asked.fault not in self.names:
                return JSONResponse({"error": f"known faults: {', '.join(self.names)}"}, 400)
            self._waiting.append(Fault(asked.fault, asked.count, asked.match, asked.seconds))
        if request.method == "DELETE":
            self._waiting.clear()
            self._called_off.set()
            self._called_off = asyncio.Event()
        waiting = [
            {"fault": fault.name, "count": fault.count, "match": fault.match}
            for fault in self._waiting
        ]
        return JSONResponse({"faults": waiting})


class Faulty:
    """Middleware that makes an app go wrong as ordered, on the outside's own paths only."""

    def __init__(self, app: ASGIApp, *, faults: Faults, error: Callable[[], Response]) -> None:
        self._app = app
        self._faults = faults
        self._error = error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or spoil it."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PATHS):
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        text = f"{scope['method']} {scope['path']} {body.decode(errors='replace')}"
        replay = _replay(body, receive)
        if self._faults.take("error", text):
            await self._error()(scope, replay, send)
        elif fault := self._faults.take("timeout", text):
            await _wait_for_hangup(receive, fault.seconds)
            await _drop(send)
        elif self._faults.take("lost_answer", text):
            await self._app(scope, replay, _swallow)
            await _drop(send)
        else:
            if fault := self._faults.take("slow", text):
                await self._faults.last(fault.seconds)
            await self._app(scope, replay, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read once more, then whatever the connection says."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


async def _wait_for_hangup(receive: Receive, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _swallow(message: Message) -> None:
    """Keep an answer from being sent."""


async def _drop(send: Send) -> None:
    """Promise a body and never send it, on which the server closes the connection."""
    headers = [(b"content-length", b"1"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
