"""Processes of a benchmark, and the CPU time that they use."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deploy.bench.load import Load, Loaded, outcome_of

ENDED = (FileNotFoundError, ProcessLookupError)
"""What reading of a process gives that is gone; Postgres's vacuum workers come and go."""

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(*pids: int) -> float:
    """Give the CPU time that these processes, and their children that have ended, have used.

    What a process has used that ended a moment ago is by now told by its parent.
    """
    used = 0
    for pid in pids:
        with suppress(*ENDED):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            used += sum(map(int, fields[11:15]))
    return used / TICKS


def family(pid: int) -> list[int]:
    """Give a process and all its descendants that live now."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except ENDED:
        return []
    return [pid, *[member for child in children for member in family(int(child))]]


@asynccontextmanager
async def server(kind: str, configuration: dict[str, object]) -> AsyncIterator[tuple[int, int]]:
    """Run a server of the bench in its own process; give its port and its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.bench.server",
        kind,
        json.dumps(configuration),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output to read its port from")
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {kind} server did not start; its error is above")
        yield int(line), process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def answer_of(module: str, question: Mapping[str, object]) -> Any:
    """Run a module in a process of its own, and give what it writes, both as JSON."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, json.dumps(question), stdout=asyncio.subprocess.PIPE
    )
    written, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} failed; its error is above")
    return json.loads(written)


async def send(load: Load) -> Loaded:
    """Send the load from a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.bench.load",
        json.dumps(asdict(load)),
    )
    if await process.wait():
        raise RuntimeError("the load could not be sent; its error is above")
    return Loaded(**json.loads(outcome_of(load).read_text()))
