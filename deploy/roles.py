"""One Postgres role and one schema for each service, and nothing shared between them."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

SERVICES = ("ingest", "catalog", "printfile", "approval", "fulfillment", "notifier")


async def create_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create each role with its schema, or give it the password again; safe to repeat.

    A role sees its own schema only: unqualified names cannot reach a neighbour's tables.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('platen.roles'))")
            for role, password in passwords.items():
                for statement in await statements(connection, role, password):
                    await connection.execute(statement)
            await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def statements(
    connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str
) -> list[str]:
    """Write the statements for one role, quoted by the server itself."""
    known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    forms = [
        "ALTER ROLE %1$I LOGIN PASSWORD %2$L" if known else "CREATE ROLE %1$I LOGIN PASSWORD %2$L",
        "ALTER ROLE %1$I SET search_path = %1$I",
        "CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I",
    ]
    return [
        await connection.fetchval("SELECT format($1, $2::text, $3::text)", form, role, password)
        for form in forms
    ]


def url_for(admin_url: str, role: str, password: str) -> str:
    """Give the address of the same database for another role."""
    parts = urlsplit(admin_url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{address}"))
