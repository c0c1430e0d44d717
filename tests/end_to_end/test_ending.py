"""How `platen up` ends: within its limit, whatever state its database and its broker are in."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.running import BY_SIGNAL, CUT_SHORT, LIMIT_SECONDS
from tests.embedded.processes import lives, parent_of, until

UP = "The orders: "
GUARD = "guard.py"
SLACK_SECONDS = 5
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

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


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


def servers_of(process: Process) -> list[int]:
    """Find every process of the database and of the broker, but for their guards."""
    found: dict[int, bool] = {process.pid: True}

    def belongs(pid: int) -> bool:
        if pid not in found:
            found[pid] = pid > 1 and belongs(parent_of(pid))
        return found[pid]

    return [pid for pid in pids() if belongs(pid) and is_server(pid)]


def pids() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def is_server(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_text()
    return GUARD not in command and ("java" in command or "postgres" in command)


def freeze(servers: list[int]) -> None:
    for server in servers:
        os.kill(server, signal.SIGSTOP)


async def test_frozen_servers_hold_up_the_end_no_longer_than_its_limit(folder: Path) -> None:
    async with up(folder) as process:
        servers = servers_of(process)
        freeze(servers)

        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LIMIT_SECONDS + SLACK_SECONDS):
            output, _ = await process.communicate()

        assert process.returncode == CUT_SHORT
        assert "were cut short: " in output.decode()
        assert [server for server in servers if lives(server)] == []


async def test_a_second_signal_ends_all_at_once(folder: Path) -> None:
    async with up(folder) as process:
        servers = servers_of(process)
        freeze(servers)
        process.send_signal(signal.SIGINT)
        await says(process, "cut_short")

        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(SLACK_SECONDS):
            await process.communicate()

        assert process.returncode == BY_SIGNAL + signal.SIGINT
        await until(lambda: not any(map(lives, servers)))
