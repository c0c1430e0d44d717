"""The HTTP server of a service that is a process of its own."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.front_protocol import protocol_for

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE_SECONDS = 5
"""How long an answer may still take at the end; an open live connection would never end."""


class Server(uvicorn.Server):
    """Ends at a signal, and leaves the process alive for what has still to be finished.

    Uvicorn raises the signal once more after its own end, which would kill the process in the
    middle of a batch.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Answer what is open at the first signal; one that comes later ends the process."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve the application until the process is told to stop."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol_for(app),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await Server(config).serve()
