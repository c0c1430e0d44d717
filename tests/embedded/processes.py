"""What the tests look at from outside: processes and ports."""

import asyncio
import socket
from collections.abc import Callable

import psutil

from deploy.embedded.ports import HOST, is_free

PATIENCE_SECONDS = 180
"""Guards alone may take eight seconds, and a busy machine much longer."""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - other processes cannot set our events
            await asyncio.sleep(0.02)


def lives(pid: int) -> bool:
    found: bool = psutil.pid_exists(pid)
    return found


def parent_of(pid: int) -> int:
    parent: int = psutil.Process(pid).ppid()
    return parent


def take(port: int) -> socket.socket:
    """Listen on the port, unless somebody does already."""
    return socket.create_server((HOST, port)) if is_free(port) else socket.socket()
