"""A real Kafka and a real Postgres for the tests, from wherever they can be had."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from deploy.embedded import Stack, embedded_stack


@asynccontextmanager
async def any_stack(folder: Path) -> AsyncIterator[Stack]:
    """Use what the environment names, else containers, else the embedded stack."""
    servers, url = os.environ.get("KAFKA_SERVERS"), os.environ.get("DATABASE_URL")
    if servers and url:
        yield Stack(kafka_servers=servers, database_url=url)
        return
    starting = await asyncio.to_thread(containers_or_none) or embedded_stack(folder)
    async with starting as stack:
        yield stack


def containers_or_none() -> AbstractAsyncContextManager[Stack] | None:
    """Give the stack of containers, not started yet; None where none can be run."""
    from tests.support import containers  # noqa: PLC0415 - half a second that unit tests can spare

    return containers.container_stack() if containers.can_run() else None
