"""Members of the probe's group that run elsewhere, so that they can be ended or killed."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.broker.member import STARTED


@asynccontextmanager
async def another_process(name: str, settings: dict[str, Any]) -> AsyncIterator[Process]:
    """Run one more member elsewhere until it ends, at the latest when the block is left."""
    environment = {key.upper(): value for key, value in settings.items()} | {"PROBE_NAME": name}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.broker.member"),
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def has_started(process: Process) -> None:
    """Wait until the member hears and relays."""
    assert process.stdout is not None
    async for line in process.stdout:
        if line.decode().strip() == STARTED:
            return
    raise AssertionError("the member ended before it had started")
