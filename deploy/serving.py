"""HTTP servers inside this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.front_protocol import protocol_for


class Server(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    def install_signal_handlers(self) -> None:
        """Do nothing."""


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Listen on the port, or on a free one when it is taken."""
    for wanted in (port, 0):
        # Without its protocol asyncio would not switch Nagle off: 40 ms more for every answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, wanted))
        except OSError:
            listener.close()
            if wanted == 0:
                raise
        else:
            return listener
    raise AssertionError("the last attempt returns or raises")


def url_of(listener: socket.socket) -> str:
    """Give the address that a listener is reached under."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, lifespan: bool = False
) -> AsyncIterator[None]:
    """Serve the application until the block is left; open requests are finished first."""
    config = uvicorn.Config(
        app,
        http=protocol_for(app),
        lifespan="on" if lifespan else "off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
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
        server.should_exit = True
        await task
