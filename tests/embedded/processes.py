"""What the tests look at from outside: processes and ports."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.ports import HOST, is_free

PATIENCE_SECONDS = 10


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - other processes cannot set our events
            await asyncio.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def take(port: int) -> socket.socket:
    """Listen on the port, unless somebody does already."""
    return socket.create_server((HOST, port)) if is_free(port) else socket.socket()
