"""Drawing processes, one job each: a crash costs that job a second attempt, and nobody else."""

import asyncio
import contextlib
import errno
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path

import structlog

from services.printfile.domain.answers import Answers
from services.printfile.renderer.drawing_process import Died, DrawingProcess
from services.printfile.renderer.messages import (
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
LAST_SHARE = 0.05
"""When so much of its jobs is left its successor is started, so that no job waits for that."""
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
        self._free: asyncio.Queue[DrawingProcess | None] = asyncio.Queue()
        self._all: set[DrawingProcess] = set()
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
            except Died as first:
                log.warning("drawing_tried_again", reason=str(first))
            # Not this job may have killed it: a fresh process has seen no other.
            worker = await self._kept(worker) or await self._start()
            return await self._answer(worker, request)
        except Died as again:
            raise Crashed(f"drawing failed twice: {again}") from again
        finally:
            self._free.put_nowait(await asyncio.shield(self._kept(worker)))

    async def _answer(self, worker: DrawingProcess, request: Message) -> Reply:
        try:
            async with asyncio.timeout(self._seconds_max):
                return await worker.ask(request)
        except TimeoutError as error:
            reason = f"drawing took longer than {self._seconds_max:g} seconds and was stopped"
            raise Crashed(reason) from error

    async def _kept(self, worker: DrawingProcess | None) -> DrawingProcess | None:
        """Keep a process that is idle and young; end any other, and give who takes over, if any."""
        if worker is None:
            return None
        if worker.successor is None and worker.jobs >= self._jobs_max * (1 - LAST_SHARE):
            with contextlib.suppress(OSError):  # the next job tries, and tells what is wrong
                worker.successor = await self._start()
        if worker.is_idle and worker.jobs < self._jobs_max:
            return worker
        self._all.discard(worker)
        await worker.end()
        return worker.successor

    async def _start(self) -> DrawingProcess:
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
        worker = DrawingProcess(process)
        self._all.add(worker)
        return worker
