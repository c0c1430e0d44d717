"""How a schema is brought up to date: once, by whoever comes first, one step at a time."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.embedded import Stack
from deploy.roles import SERVICES, create_roles, url_for
from shared.migrate import find_migrations, migrate, name_of
from tests.support.databases import OURS, PASSWORD, named, run

NAME = f"{OURS}_empty"


@pytest.fixture
async def empty(stack: Stack) -> AsyncIterator[str]:
    """Give a database with roles and schemas and no tables."""
    server = stack.database_url
    await run(server, f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
    await create_roles(named(server, NAME), dict.fromkeys(SERVICES, PASSWORD))
    yield named(server, NAME)
    await run(server, f"DROP DATABASE {NAME} WITH (FORCE)")


async def test_every_migration_runs_once(empty: str) -> None:
    url = url_for(empty, "catalog", PASSWORD)

    first, second = await migrate(url, "catalog"), await migrate(url, "catalog")

    assert first == [name_of(file) for file in find_migrations("catalog")]
    assert second == []


async def test_starts_at_the_same_moment_do_not_race(empty: str) -> None:
    url = url_for(empty, "catalog", PASSWORD)

    done = await asyncio.gather(*[migrate(url, "catalog") for _ in range(4)])

    assert sorted(len(names) for names in done)[:3] == [0, 0, 0]


async def test_tables_lie_in_the_services_own_schema(empty: str) -> None:
    await migrate(url_for(empty, "catalog", PASSWORD), "catalog")

    connection = await asyncpg.connect(empty)
    schemas = await connection.fetch(
        "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename IN ('outbox', 'product')"
    )
    await connection.close()
    assert [row["schemaname"] for row in schemas] == ["catalog"]


async def test_roles_can_be_created_again_with_new_passwords(empty: str) -> None:
    await create_roles(empty, dict.fromkeys(SERVICES, "it's new"))

    connection = await asyncpg.connect(url_for(empty, "catalog", "it's new"))
    assert await connection.fetchval("SELECT current_schema()") == "catalog"
    await connection.close()
    await create_roles(empty, dict.fromkeys(SERVICES, PASSWORD))


def test_shared_migrations_come_before_the_services_own() -> None:
    names = [name_of(file) for file in find_migrations("catalog")]

    assert names[0].startswith("shared/")
    assert names[-1].startswith("service/")
