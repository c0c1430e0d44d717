"""The whole system in one process: prepared, built, run, and served behind one door."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from deploy.gateway import Gateway
from deploy.house import Installation, Outside, build_service, configure
from deploy.preparing import prepare_database, prepare_topics
from deploy.serving import url_of
from deploy.topics import PARTITIONS_OF_ONE_MACHINE
from shared.ending import Ending
from shared.listening import listening
from shared.server import serving
from shared.service import Service

DOOR = "door.url"


@asynccontextmanager
async def running_system(
    home: Installation, outside: Outside, door: socket.socket, ending: Ending | None = None
) -> AsyncIterator[None]:
    """Run all six services until the block is left; work at hand is finished first."""
    await asyncio.gather(
        prepare_database(home.stack.database_url, home.passwords),
        prepare_topics(home.stack.kafka_servers, PARTITIONS_OF_ONE_MACHINE),
    )
    services = {
        name: build_service(name, fields) for name, fields in configure(home, outside).items()
    }
    gateway = Gateway({name: service.asgi for name, service in services.items()})
    remember_door(home.folder, url_of(door))
    async with running_together(services, ending), serving(gateway, door):
        yield


def remember_door(folder: Path, url: str) -> None:
    """Write down where the door is, for the commands that ask the running system."""
    (folder / DOOR).write_text(url)


def remembered_door(folder: Path) -> str | None:
    """Give the address of the folder's last door; None before the first start."""
    file = folder / DOOR
    return file.read_text() if file.exists() else None


@asynccontextmanager
async def running_together(
    services: Mapping[str, Service], ending: Ending | None = None
) -> AsyncIterator[None]:
    """Run the services, which stop side by side after they have ceased to hear.

    They read the stream together: six services that each fetched every event would keep themselves
    and the broker busy with records of which most concern two of them.
    """
    ending = ending or Ending()
    acting = [service.acting(ending) for service in services.values()]
    async with left_together(acting), listening(services.values(), ending):
        yield


@asynccontextmanager
async def left_together(
    contexts: Sequence[AbstractAsyncContextManager[None]],
) -> AsyncIterator[None]:
    """Enter one after another, and leave all at once, so that a slow one holds up no other."""
    entered: list[AsyncExitStack] = []
    try:
        for context in contexts:
            stack = AsyncExitStack()
            await stack.enter_async_context(context)
            entered.append(stack)
        yield
    finally:
        await asyncio.gather(*[stack.aclose() for stack in entered])
