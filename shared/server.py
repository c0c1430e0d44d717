"""HTTP servers inside this process, which leave signals to whoever started it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.front_protocol import FrontProtocol
from shared.signals import wait_for_signal

GRACE_SECONDS = 5
"""How long an answer may still take at the end; an open live connection would never end."""
TICK_SECONDS = 1.0
"""How often the date of answers is written anew."""


class Server(uvicorn.Server):
    """uvicorn's, without looking ten times a second whether it should end: it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        """Tick until told to end."""
        while not await self.on_tick(0):
            await wait_for_signal(self._told, TICK_SECONDS)

    def end(self) -> None:
        """Finish open requests, and end."""
        self.should_exit = True
        self._told.set()


def bind(host: str, port: int) -> socket.socket:
    """Take a port; raises OSError when another has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without its protocol asyncio would not switch Nagle off: 40 ms more for every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, lifespan: bool = False
) -> AsyncIterator[None]:
    """Serve the application until the block is left; open requests are finished first."""
    config = uvicorn.Config(
        app,
        http=FrontProtocol,
        lifespan="on" if lifespan else "off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    task = asyncio.create_task(server._serve([listener]), name="http-server")  # noqa: SLF001 - `serve` would take the signals
    try:
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the HTTP server ended before it had started")
            await asyncio.sleep(0.01)
        yield
    finally:
        server.end()
        await task
