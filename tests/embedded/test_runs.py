"""What one run of the embedded stack leaves to the next, however it ended."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from deploy.embedded import Stack, embedded_stack, running_stack
from deploy.embedded.lock_file import is_held
from deploy.embedded.ports import Ports
from tests.embedded import exchange
from tests.embedded.processes import lives, take, until


@asynccontextmanager
async def application(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[int]]]:
    """Run an application of its own; give it and its servers' process ids."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.embedded.application", str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    async for line in process.stdout:
        if line.startswith(b"servers: "):
            yield process, json.loads(line.removeprefix(b"servers: "))
            return


async def all_gone(folder: Path, servers: list[int]) -> None:
    """Wait until nothing of the stack is left; the lock is held by whatever is."""
    await until(lambda: not running_stack(folder) and not any(map(lives, servers)))


def ports_of(stack: Stack) -> tuple[int, int]:
    kafka, database = stack.kafka_servers, stack.database_url
    return int(kafka.rpartition(":")[2]), int(database.rpartition(":")[2].split("/")[0])


async def test_taken_ports_are_stepped_around_and_data_is_kept(tmp_path: Path) -> None:
    usual = Ports()
    with ExitStack() as taken:
        for port in (usual.kafka, usual.controller, usual.postgres):
            taken.enter_context(take(port))
        async with embedded_stack(tmp_path) as first:
            await exchange.prepare(first)
            await exchange.leave(first, "from the first run")

    async with embedded_stack(tmp_path) as second:
        found = await exchange.events(second), await exchange.rows(second)

    assert not {usual.kafka, usual.postgres} & set(ports_of(first))
    assert second == first
    assert found == (["from the first run"], ["from the first run"])


async def test_a_killed_application_leaves_nothing_and_starts_again(tmp_path: Path) -> None:
    async with application(tmp_path) as (process, servers):
        stack = running_stack(tmp_path)
        assert stack
        await exchange.prepare(stack)
        await exchange.leave(stack, "before the kill")
        process.kill()
        await process.wait()

    await all_gone(tmp_path, servers)
    async with embedded_stack(tmp_path) as again:
        found = await exchange.events(again), await exchange.rows(again)
    assert found == (["before the kill"], ["before the kill"])


async def test_a_start_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    async def start() -> None:
        async with embedded_stack(tmp_path):
            pass

    starting = asyncio.create_task(start())
    await until((tmp_path / "kafka" / "kafka.log").exists)
    starting.cancel()
    await asyncio.wait([starting])

    assert starting.cancelled()
    await until(lambda: not is_held(tmp_path))


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
async def test_paused_servers_end_with_their_application(
    tmp_path: Path, blow: signal.Signals
) -> None:
    async with application(tmp_path) as (process, servers):
        for server in servers:
            os.kill(server, signal.SIGSTOP)

        process.send_signal(blow)
        await process.wait()

    await all_gone(tmp_path, servers)
