"""A service's data is its own: its role cannot see, let alone change, a neighbour's."""

import re
from pathlib import Path

import asyncpg
import pytest
from asyncpg import InsufficientPrivilegeError

from deploy.roles import SERVICES, url_for
from tests.support.databases import PASSWORD

ROOT = Path(__file__).parents[2]
every_service = pytest.mark.parametrize("service", SERVICES)


@every_service
async def test_a_role_cannot_read_a_neighbours_tables(service: str, database_url: str) -> None:
    admin = await asyncpg.connect(database_url)
    tables = await admin.fetch(
        """
        SELECT format('%I.%I', schemaname, tablename) AS name
        FROM pg_tables
        WHERE schemaname = ANY($1::text[]) AND schemaname <> $2
        """,
        SERVICES,
        service,
    )
    await admin.close()
    connection = await asyncpg.connect(url_for(database_url, service, PASSWORD))

    assert len(tables) >= 4 * (len(SERVICES) - 1)
    for table in tables:
        with pytest.raises(InsufficientPrivilegeError):
            await connection.execute(f"SELECT 1 FROM {table['name']}")  # noqa: S608 - quoted by the server
    await connection.close()


@every_service
async def test_a_role_can_make_nothing_outside_its_schema(service: str, database_url: str) -> None:
    connection = await asyncpg.connect(url_for(database_url, service, PASSWORD))
    neighbour = next(other for other in SERVICES if other != service)

    for schema in ("public", neighbour):
        with pytest.raises(InsufficientPrivilegeError):
            await connection.execute(f"CREATE TABLE {schema}.planted ()")
    await connection.close()


@every_service
async def test_a_role_cannot_become_another(service: str, database_url: str) -> None:
    connection = await asyncpg.connect(url_for(database_url, service, PASSWORD))
    neighbour = next(other for other in SERVICES if other != service)

    with pytest.raises(InsufficientPrivilegeError):
        await connection.execute(f"SET ROLE {neighbour}")
    await connection.close()


@every_service
async def test_an_unqualified_name_is_a_table_of_its_own(service: str, database_url: str) -> None:
    connection = await asyncpg.connect(url_for(database_url, service, PASSWORD))

    found = await connection.fetchval(
        "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'outbox'::regclass"
    )

    assert found == service
    await connection.close()


@every_service
async def test_every_table_is_used_by_some_statement(service: str, database_url: str) -> None:
    connection = await asyncpg.connect(url_for(database_url, service, PASSWORD))
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", service)
    await connection.close()
    source = "\n".join(
        file.read_text()
        for room in ("shared", f"services/{service}")
        for file in (ROOT / room).rglob("*.py")
    )

    used = set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE|USING)\s+(\w+)", source))

    assert {row["tablename"] for row in rows} - used == set()


@pytest.mark.parametrize(
    "change", ["UPDATE charge SET minor = 1", "DELETE FROM charge", "TRUNCATE charge"]
)
async def test_the_ledger_of_charges_is_never_written_over(change: str, database_url: str) -> None:
    connection = await asyncpg.connect(url_for(database_url, "fulfillment", PASSWORD))

    with pytest.raises(InsufficientPrivilegeError):
        await connection.execute(change)
    await connection.close()
