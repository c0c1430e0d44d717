"""One drawing process as the pool sees it: its pipes, its age, and who takes over from it."""

import asyncio
import contextlib
import signal
from asyncio.subprocess import Process

import structlog

from services.printfile.renderer.messages import LENGTH, REPLY, Message, Reply, frame

log = structlog.get_logger()


class Died(Exception):
    """The process ended before it answered."""


class DrawingProcess:
    """One process and its pipes; it is idle only while no question is open."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs = 0
        self.is_idle = True
        self.successor: DrawingProcess | None = None

    async def ask(self, request: Message) -> Reply:
        """Put a question and wait for the answer; raises Died when none comes any more."""
        writer, reader = self._process.stdin, self._process.stdout
        if writer is None or reader is None:
            raise Died("the drawing process has no pipes")
        self.is_idle = False
        self.jobs += 1
        try:
            writer.write(frame(request))
            await writer.drain()
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            reply = REPLY.validate_json(await reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            code = await self._process.wait()
            log.warning("drawing_process_died", exit_code=code)
            raise Died(f"the process ended with {_named(code)}") from error
        self.is_idle = True
        return reply

    async def end(self) -> None:
        """Kill the process and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


def _named(exit_code: int) -> str:
    """Name how a process ended; a negative code is the signal that ended it."""
    if exit_code >= 0:
        return f"exit code {exit_code}"
    return signal.Signals(-exit_code).name
