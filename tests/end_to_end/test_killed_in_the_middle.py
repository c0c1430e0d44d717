"""`kill -9` of everything in the middle, and a second start on the same data."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from pathlib import Path

import pytest

ORDERS = 6
SEEN_BEFORE_THE_KILL = "FulfillmentStarted"


async def demo(folder: Path, orders: int) -> asyncio.subprocess.Process:
    """Start the demo as an operator would."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "demo", "--folder", os.fspath(folder)),
        *("--orders", str(orders), "--every-seconds", "0", "--approve", "--exit"),
        *("--step-seconds", "0.5", "--patience-seconds", "240"),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )


@pytest.mark.timeout(600)
async def test_a_second_start_finishes_every_order_once(tmp_path: Path) -> None:
    first = await demo(tmp_path, ORDERS)
    assert first.stdout is not None
    async for line in first.stdout:
        if SEEN_BEFORE_THE_KILL.encode() in line:
            break
    os.kill(first.pid, signal.SIGKILL)
    await first.communicate()

    second = await demo(tmp_path, 0)
    output, _ = await second.communicate()

    assert second.returncode == 0, output.decode()
    assert f"{ORDERS} of {ORDERS} orders ended well" in output.decode()
