"""A real Kafka and a real Postgres for the tests, from wherever they can be had."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from deploy.embedded import Stack, embedded_stack
from tests.support.databases import run


@asynccontextmanager
async def any_stack(folder: Path) -> AsyncIterator[Stack]:
    """Use what the environment names, else containers, else the embedded stack."""
    servers, url = os.environ.get("KAFKA_SERVERS"), os.environ.get("DATABASE_URL")
    if servers and url:
        yield Stack(kafka_servers=servers, database_url=url)
        return
    starting = await asyncio.to_thread(containers_or_none) or embedded_stack(folder)
    async with starting as stack:
        await spare_the_machine(stack.database_url)
        yield stack


async def spare_the_machine(url: str) -> None:
    """Have the server not wait for the disk, nor do anything by itself.

    Here processes die, and never the machine; each drop of a database is a checkpoint, which would
    wait for all of its files. A vacuum of its own would change plans, and keep news from being told
    as the newest, at moments that no test can foresee.
    """
    await run(
        url,
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "ALTER SYSTEM SET autovacuum = off",
        "SELECT pg_reload_conf()",
    )


def containers_or_none() -> AbstractAsyncContextManager[Stack] | None:
    """Give the stack of containers, not started yet; None where none can be run."""
    from tests.support import containers  # noqa: PLC0415 - half a second that unit tests can spare

    return containers.container_stack() if containers.can_run() else None
