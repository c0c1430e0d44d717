"""A server process that ends when the application ends, however that happens."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from deploy.embedded.errors import StackError, failure, read_log

GUARD = Path(__file__).with_name("guard.py")
LOG_BYTES_MAX = 10_000_000
POLL_SECONDS = 0.03
QUIT_SECONDS = 6.0
"""Longer than the five seconds after which PostgreSQL kills those of its own that are deaf."""
KILL_SECONDS = 2.0
KEPT_VARIABLES = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Program:
    """What is to be run, and where it logs."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path
    user: str | None = None
    quit_signal: signal.Signals = signal.SIGKILL
    """What ends the program soonest and whole: sent by the guard when the application has gone."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the program is told beside the way to other programs."""


class GuardedProcess:
    """A program that runs behind a guard (see `guard.py`)."""

    def __init__(self, program: Program, guard: asyncio.subprocess.Process, log_start: int) -> None:
        self._program = program
        self._guard = guard
        self._log_start = log_start
        self._is_ending = False
        self._watch: asyncio.Task[None] | None = None
        self.pid = 0

    @classmethod
    async def start(cls, program: Program, hold: Sequence[int] = ()) -> "GuardedProcess":
        """Start the program; it keeps the files in `hold` open, and so their locks, as it lives."""
        log_start = _prepare_log(program.log)
        with program.log.open("ab") as log:
            guard = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(GUARD)),
                *(str(int(program.quit_signal)), program.user or "-"),
                *program.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=program.folder,
                env={**_environment(), **program.environment},
                start_new_session=True,
                pass_fds=tuple(hold),
            )
        process = cls(program, guard, log_start)
        try:
            await process._meet()
        except asyncio.CancelledError:
            await process._abandon()
            raise
        return process

    async def _meet(self) -> None:
        assert self._guard.stdout is not None  # noqa: S101 - asked for as a pipe
        line = await self._guard.stdout.readline()
        if not line:
            raise self.failed("cannot be run")
        self.pid = int(line)
        self._watch = asyncio.create_task(self._tell_of_its_end())

    async def _abandon(self) -> None:
        """Let go of the guard, which then ends the program, and wait for that."""
        assert self._guard.stdin is not None  # noqa: S101 - asked for as a pipe
        self._guard.stdin.close()
        await self._guard.wait()

    async def _tell_of_its_end(self) -> None:
        code = await self._guard.wait()
        if not self._is_ending:
            logger.error(
                "embedded_part_ended",
                part=self._program.name,
                exit_code=code,
                log=str(self._program.log),
            )

    @property
    def is_running(self) -> bool:
        """Tell whether the process has not been seen to end."""
        return self._guard.returncode is None

    def failed(self, what: str) -> StackError:
        """Describe a failure with what this process has logged."""
        return failure(self._program.name, what, self._program.log, self._log_start)

    def said(self) -> str:
        """Give the end of what this process has logged."""
        return read_log(self._program.log, self._log_start)

    async def finished(self) -> None:
        """Wait for a program that ends by itself; raise when it ends badly."""
        self._is_ending = True
        if code := await self._guard.wait():
            raise self.failed(f"failed (exit status {code})")

    async def ready(self, answers: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait until the program answers; raise when it ends first or the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not await answers():
            if not self.is_running:
                code = self._guard.returncode
                raise self.failed(f"stopped while it was starting (exit status {code})")
            if loop.time() > deadline:
                raise self.failed(f"did not answer within {seconds:.0f} seconds")
            await asyncio.sleep(POLL_SECONDS)

    async def ended(self) -> None:
        """Wait until the process has ended."""
        await self._guard.wait()

    async def stop(
        self, gently: signal.Signals, seconds: float, cut: Callable[[str], None] = lambda _: None
    ) -> None:
        """End the process by the given signal, and by force when that takes too long.

        `cut` is told the program's name in that case.
        """
        self._is_ending = True
        if await self._ends_by(gently, seconds):
            return
        cut(self._program.name)
        if not await self._ends_by(self._program.quit_signal, QUIT_SECONDS):
            await self._ends_by(signal.SIGKILL, KILL_SECONDS)

    async def _ends_by(self, number: signal.Signals, seconds: float) -> bool:
        if not self.is_running:
            return True
        self._signal(number)
        try:
            await asyncio.wait_for(self._guard.wait(), seconds)
        except TimeoutError:
            logger.warning(
                "embedded_part_slow_to_stop", part=self._program.name, signal=number.name
            )
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.kill(self.pid, number)
            os.kill(self.pid, signal.SIGCONT)
        except ProcessLookupError:
            logger.debug("embedded_part_already_gone", part=self._program.name)


async def run(program: Program, hold: Sequence[int] = ()) -> None:
    """Run a program to its end; raise when it ends badly. When cancelled, end it at once."""
    process = await GuardedProcess.start(program, hold)
    try:
        await process.finished()
    finally:
        await process.stop(signal.SIGKILL, KILL_SECONDS)


def _prepare_log(log: Path) -> int:
    """Make room for a log, put a big one aside, and tell where the next line will stand."""
    log.parent.mkdir(parents=True, exist_ok=True)
    size = log.stat().st_size if log.exists() else 0
    if size <= LOG_BYTES_MAX:
        return size
    log.replace(log.with_suffix(".log.old"))
    return 0


def _environment() -> dict[str, str]:
    """Give servers nothing of ours but the way to programs: no secrets, no tuning by accident."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
