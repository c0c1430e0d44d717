"""What can be killed and held up: a process of the system, whatever it is."""

import os
import signal
from pathlib import Path
from typing import Protocol

from deploy.embedded.errors import StackError, failure
from deploy.embedded.process import GuardedProcess, Program

STOP_SECONDS = 25.0


class Victim(Protocol):
    """A process that can be killed and started again on what it left behind."""

    @property
    def pid(self) -> int:
        """The process that is hit."""

    async def kill(self) -> None:
        """Kill it as a crash would, and wait until it is gone."""

    async def start(self) -> None:
        """Start it again."""


class Member:
    """One process of ours: a service, or a side of the sandbox."""

    def __init__(self, program: Program, port: int, health: str = "/health/ready") -> None:
        self._program = program
        self._process: GuardedProcess | None = None
        self.port = port
        self.health = health
        self.starts = 0

    @property
    def url(self) -> str:
        """Give the address that it answers at."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Give the process id; 0 before the first start."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start it; it is not waited for."""
        self.starts += 1
        self._process = await GuardedProcess.start(self._program)

    def failed(self, what: str) -> StackError:
        """Describe a failure with what the process has logged."""
        return failure(self._program.name, what, self._program.log, 0)

    async def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        if self._process:
            await self._process.stop(signal.SIGKILL, STOP_SECONDS)


def pause(victim: Victim) -> list[int]:
    """Hold up a process with all its children; gives whom to let go on."""
    held: list[int] = []
    waiting = [victim.pid]
    while waiting:
        pid = waiting.pop()
        if send(pid, signal.SIGSTOP):
            held.append(pid)
            waiting += children(pid)
    return held


def resume(held: list[int]) -> None:
    """Let processes go on; those that are gone by now do not mind."""
    for pid in held:
        send(pid, signal.SIGCONT)


def send(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False when there is no such process any more."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def children(pid: int) -> list[int]:
    """Give the processes that this one has started; none when it is gone."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(child) for child in listed.split()]
