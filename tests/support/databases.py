"""A database of its own for each test, copied from one that is already migrated."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.roles import SERVICES, create_roles, url_for
from shared.migrate import migrate

OURS = f"platen_test_{os.getpid()}"
"""Begins the names of our databases: other runs may use the same server."""
TEMPLATE = f"{OURS}_template"
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


@asynccontextmanager
async def template_database(url: str, services: Sequence[str]) -> AsyncIterator[str]:
    """Give the name of a database in which these are migrated, and drop it afterwards."""
    name = TEMPLATE if services == SERVICES else "_".join([TEMPLATE, *services])
    template = named(url, name)
    async with replaced(url, name, f"CREATE DATABASE {name}"):
        async with alone(url):
            await create_roles(template, dict.fromkeys(services, PASSWORD))
        for service in services:
            await migrate(url_for(template, service, PASSWORD), service)
        yield name


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Keep other runs from changing the server's roles, which are no database's own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('platen.tests'))")
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def fresh_database(url: str, template: str) -> AsyncIterator[str]:
    """Give the superuser's address of a copy of the template, and drop it afterwards."""
    name = f"{OURS}_{next(_numbers)}"
    # Copied file by file: page by page through the log takes half as long again.
    creation = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    async with replaced(url, name, creation):
        yield named(url, name)


@asynccontextmanager
async def replaced(url: str, name: str, creation: str) -> AsyncIterator[None]:
    """Create the database in the place of an earlier one, and drop it afterwards."""
    await run(url, f"DROP DATABASE IF EXISTS {name}", creation)
    try:
        yield
    finally:
        await run(url, f"DROP DATABASE {name} WITH (FORCE)")
