"""How `platen up` ends: within its limit, whatever state its database and its broker are in."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from shared.running import BY_SIGNAL, CUT_SHORT, LIMIT_SECONDS
from tests.embedded.processes import lives, until

UP = "The orders: "
GUARD = "guard.py"
SLACK_SECONDS = 120
"""What a busy machine may take beyond the limit that the process keeps by its own clock."""
SETTINGS = {
    "PLATEN_PUBLIC_URL": "https://platen.example",
    "PLATEN_SHOP": "example.myshopify.com",
    "PLATEN_SHOPIFY_TOKEN": "token",
    "PLATEN_SHOPIFY_WEBHOOK_SECRET": "secret",
    "PLATEN_COMPLETEFUL_URL": "http://127.0.0.1:9/v1",
    "PLATEN_COMPLETEFUL_SHOP_ID": "1",
    "PLATEN_COMPLETEFUL_KEY": "capp_test_key",
    "PLATEN_COMPLETEFUL_WEBHOOK_SECRET": "secret",
}


pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of both runs, since the first one is slow to make."""
    return tmp_path_factory.mktemp("ending")


@asynccontextmanager
async def up(folder: Path) -> AsyncIterator[Process]:
    """Run the system as an operator would, until it says where the orders are."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "up", "--folder", os.fspath(folder), "--port", "0"),
        env=os.environ | SETTINGS,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    try:
        await says(process, UP)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def says(process: Process, word: str) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        if word in line.decode():
            return
    raise AssertionError(f"it ended and never said {word!r}")


def freeze_servers_of(process: Process) -> list[int]:
    """Stop every process of the database and of the broker, but for their guards; give their ids.

    The database begins and ends processes of its own at any time, until all that begin them stand.
    """
    frozen: list[int] = []
    while fresh := [pid for pid in servers_of(process) if pid not in frozen]:
        frozen += [pid for pid in fresh if stops(pid)]
    return frozen


def servers_of(process: Process) -> list[int]:
    below = psutil.Process(process.pid).children(recursive=True)
    return [each.pid for each in below if is_server(each)]


def is_server(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        command = " ".join(process.cmdline())
        return GUARD not in command and ("java" in command or "postgres" in command)
    return False


def stops(pid: int) -> bool:
    """Stop the process; False when it has ended meanwhile."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        return True
    return False


async def test_frozen_servers_hold_up_the_end_no_longer_than_its_limit(folder: Path) -> None:
    async with up(folder) as process:
        servers = freeze_servers_of(process)

        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LIMIT_SECONDS + SLACK_SECONDS):
            output, _ = await process.communicate()

        assert process.returncode == CUT_SHORT
        assert "were cut short: " in output.decode()
        assert [server for server in servers if lives(server)] == []


async def test_a_second_signal_ends_all_at_once(folder: Path) -> None:
    async with up(folder) as process:
        servers = freeze_servers_of(process)
        process.send_signal(signal.SIGINT)
        await says(process, "cut_short")

        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(SLACK_SECONDS):
            await process.communicate()

        assert process.returncode == BY_SIGNAL + signal.SIGINT
        await until(lambda: not any(map(lives, servers)))
