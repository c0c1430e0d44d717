"""A database of its own for each test, copied from one that is already migrated."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.roles import SERVICES, create_roles, url_for
from shared.migrate import migrate

TEMPLATE = "platen_test_template"
PASSWORD = "not-a-secret"
_numbers = count(1)


def named(url: str, database: str) -> str:
    """Give the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def run(url: str, *statements: str) -> None:
    """Run statements outside any transaction."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def make_template(url: str) -> None:
    """Migrate every service once."""
    await run(url, f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
    template = named(url, TEMPLATE)
    await create_roles(template, dict.fromkeys(SERVICES, PASSWORD))
    for service in SERVICES:
        await migrate(url_for(template, service, PASSWORD), service)


@asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[str]:
    """Give the superuser's address of a migrated, empty database, and drop it afterwards."""
    name = f"platen_test_{next(_numbers)}"
    await run(
        url,
        f"DROP DATABASE IF EXISTS {name}",
        f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}",
    )
    try:
        yield named(url, name)
    finally:
        await run(url, f"DROP DATABASE {name} WITH (FORCE)")
