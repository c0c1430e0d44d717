"""Numbered SQL migrations: forward only, each in one transaction, each run once."""

from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec

import asyncpg
import structlog

log = structlog.get_logger()


async def migrate(url: str, service: str) -> list[str]:
    """Bring the service's schema up to date as its own role; give the names of what was run.

    Two starts at the same moment do not race: the second waits and finds nothing to do.
    """
    connection = await asyncpg.connect(url)
    try:
        return await _run_missing(connection, service)
    finally:
        await connection.close()


async def _run_missing(connection: "asyncpg.Connection[asyncpg.Record]", service: str) -> list[str]:
    await connection.execute("SELECT pg_advisory_lock(hashtext(current_schema()))")
    await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS migration (
            name text PRIMARY KEY,
            run_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    known = {row["name"] for row in await connection.fetch("SELECT name FROM migration")}
    missing = [file for file in find_migrations(service) if name_of(file) not in known]
    for file in missing:
        async with connection.transaction():
            await connection.execute(file.read_text())
            await connection.execute("INSERT INTO migration (name) VALUES ($1)", name_of(file))
        log.info("migration_run", service=service, migration=name_of(file))
    return [name_of(file) for file in missing]


def find_migrations(service: str) -> list[Traversable]:
    """Give the shared migrations and then the service's, each in the order of their numbers."""
    folders = [resources.files("shared.migrations")]
    if find_spec(f"services.{service}"):
        folders.append(resources.files(f"services.{service}") / "migrations")
    return [
        file
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    ]


def name_of(file: Traversable) -> str:
    """Name a migration apart from one of the same number in the other folder."""
    folder = "shared" if "shared" in str(file).rsplit("/", 3)[-3:-1] else "service"
    return f"{folder}/{file.name}"
