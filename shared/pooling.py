"""How connections to Postgres are made ready for the pool, and given back to it."""

from typing import TypeAlias

import asyncpg
from pydantic_core import from_json, to_json

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


async def keep_as_it_is(_connection: Connection) -> None:
    """Give a connection back without asking Postgres to reset it.

    Nobody leaves anything behind on a connection of the pool: settings are local to a transaction,
    locks of a session and listeners have connections of their own.
    """


async def prepare(connection: Connection) -> None:
    """Let jsonb columns take and give Python values."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: to_json(value).decode(),
        decoder=from_json,
    )
