"""Drawing processes, one job each: a crash costs that job a second attempt, and nobody else."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path

import structlog

from services.printfile.domain.answers import Answers
from services.printfile.renderer.messages import (
    LENGTH,
    REPLY,
    CopyPhoto,
    Full,
    Impossible,
    Message,
    OwnPhoto,
    Prepare,
    Prepared,
    Render,
    Rendered,
    RenderedFile,
    RenderedPreview,
    Reply,
    frame,
)
from services.printfile.renderer.refusals import RENDERER, CannotRender, Unusable
from shared.cores import give_all
from shared.templates.template import Template

__all__ = [
    "RENDERER",
    "CannotRender",
    "Crashed",
    "OwnPhoto",
    "Pool",
    "Rendered",
    "RenderedFile",
    "RenderedPreview",
    "Unusable",
]

log = structlog.get_logger()

SECONDS_MAX = 30.0
JOBS_MAX = 1_000
"""Jobs after which a process is replaced, so that no slow leak of a library ever matters."""
SETTINGS = {
    "VIPS_CONCURRENCY": "1",
    # Above our own limit, which names the size: libvips calls such a file damaged.
    "VIPS_MAX_COORD": "100000",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # A fixed threshold: the pixels of a photo go back to the system as soon as they are drawn.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
}


class Crashed(Exception):
    """Drawing hung, or the process died at this job, and a fresh one died of it too."""


class _Died(Exception):
    """The process ended before it answered."""


class Pool:
    """A fixed number of drawing processes; a job waits until one of them is free."""

    def __init__(
        self,
        scratch: Path,
        processes: int = 2,
        *,
        seconds_max: float = SECONDS_MAX,
        jobs_max: int = JOBS_MAX,
    ) -> None:
        self._scratch = scratch
        self._size = processes
        self._seconds_max = seconds_max
        self._jobs_max = jobs_max
        self._free: asyncio.Queue[_Worker | None] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._jobs = 0
        self._left = asyncio.Event()

    async def open(self) -> None:
        """Start every process; the first jobs do not wait for imports."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._free = asyncio.Queue()
        for _ in range(self._size):
            self._free.put_nowait(await self._start())

    async def close(self) -> None:
        """End every process, whatever it is doing."""
        await asyncio.gather(*[worker.end() for worker in self._all])
        self._all.clear()

    async def copy_photo(self, source: Path, target: Path) -> OwnPhoto:
        """Make our own copy of a shopper's file; raises Unusable or Crashed."""
        reply = await self._ask(CopyPhoto(source=str(source), target=str(target)))
        if isinstance(reply, Impossible):
            raise Unusable(reply.reason)
        if not isinstance(reply, OwnPhoto):
            raise Crashed("the drawing process gave another answer than was asked for")
        return reply

    async def render(
        self, template: Template, answers: Answers, sources: Mapping[str, Path], folder: Path
    ) -> Rendered:
        """Draw an item into the folder; raises CannotRender or Crashed."""
        request = Render(
            template=template,
            texts=dict(answers.texts),
            photos=dict(answers.photos),
            findings=answers.findings,
            sources={name: str(path) for name, path in sources.items()},
            folder=str(folder),
        )
        reply = await self._ask(request)
        if isinstance(reply, Impossible):
            raise CannotRender(reply.reason)
        if not isinstance(reply, Rendered):
            raise Crashed("the drawing process gave another answer than was asked for")
        return reply

    async def prepare(self, template: Template, sources: Mapping[str, Path]) -> bool:
        """Make one picture ready that orders will show; True when none is missing.

        Begins when a process is free that no other job waits for: none waits for more than the
        one picture that is at hand. Raises CannotRender or Crashed.
        """
        while self._jobs >= self._size:
            self._left.clear()
            await self._left.wait()
        named = {name: str(path) for name, path in sources.items()}
        reply = await self._ask(Prepare(template=template, sources=named))
        if isinstance(reply, Impossible):
            raise CannotRender(reply.reason)
        if not isinstance(reply, Prepared):
            raise Crashed("the drawing process gave another answer than was asked for")
        return reply.is_all

    async def _ask(self, request: Message) -> Reply:
        """Give the answer; raises OSError when the disk is full."""
        self._jobs += 1
        try:
            reply = await self._ask_free(request)
            if isinstance(reply, Full):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return reply
        finally:
            self._jobs -= 1
            self._left.set()

    async def _ask_free(self, request: Message) -> Reply:
        worker = await self._free.get()
        try:
            try:
                worker = worker or await self._start()
                return await self._answer(worker, request)
            except _Died as first:
                log.warning("drawing_tried_again", reason=str(first))
            # Not this job may have killed it: a fresh process has seen no other.
            await self._kept(worker)
            worker = await self._start()
            return await self._answer(worker, request)
        except _Died as again:
            raise Crashed(f"drawing failed twice: {again}") from again
        finally:
            self._free.put_nowait(await asyncio.shield(self._kept(worker)))

    async def _answer(self, worker: "_Worker", request: Message) -> Reply:
        try:
            async with asyncio.timeout(self._seconds_max):
                return await worker.ask(request)
        except TimeoutError as error:
            reason = f"drawing took longer than {self._seconds_max:g} seconds and was stopped"
            raise Crashed(reason) from error

    async def _kept(self, worker: "_Worker | None") -> "_Worker | None":
        """Keep a process that is idle and young; end any other, to be replaced at the next job."""
        if worker is None or (worker.is_idle and worker.jobs < self._jobs_max):
            return worker
        self._all.discard(worker)
        await worker.end()
        return None

    async def _start(self) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.printfile.renderer.process",
            str(self._scratch),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | SETTINGS,
            start_new_session=True,
        )
        give_all(process.pid)
        worker = _Worker(process)
        self._all.add(worker)
        return worker


class _Worker:
    """One process and its pipes; it is idle only while no question is open."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs = 0
        self.is_idle = True

    async def ask(self, request: Message) -> Reply:
        """Put a question and wait for the answer; raises _Died when none comes any more."""
        writer, reader = self._process.stdin, self._process.stdout
        if writer is None or reader is None:
            raise _Died("the drawing process has no pipes")
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
            raise _Died(f"the process ended with {_named(code)}") from error
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
