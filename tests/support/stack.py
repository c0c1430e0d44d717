"""A real Kafka and a real Postgres for the tests, from wherever they can be had."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.embedded import Stack, embedded_stack


@asynccontextmanager
async def any_stack(folder: Path) -> AsyncIterator[Stack]:
    """Use what the environment names, else containers, else the embedded stack."""
    servers, url = os.environ.get("KAFKA_SERVERS"), os.environ.get("DATABASE_URL")
    if servers and url:
        yield Stack(kafka_servers=servers, database_url=url)
        return
    async with embedded_stack(folder) as stack:
        yield stack
