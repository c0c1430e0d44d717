"""What must be there before a service starts: roles, schemas, tables and topics."""

import asyncio
from collections.abc import Mapping

import asyncpg

from deploy.roles import create_roles, url_for
from deploy.topics import PARTITIONS, create_topics
from shared.migrate import migrate
from shared.patience import insist

START_SECONDS_MAX = 60.0
"""How long a database or a broker that is still starting is waited for."""


async def prepare_database(
    admin_url: str, passwords: Mapping[str, str], *, wait_seconds: float = START_SECONDS_MAX
) -> list[str]:
    """Create roles and schemas and migrate each; give the names of the migrations that ran.

    Raises what keeps it from the database when that is not over after so many seconds.
    """
    await insist(
        lambda: create_roles(admin_url, passwords),
        on=(OSError, asyncpg.CannotConnectNowError),
        what="reach Postgres",
        last=2,
        within=wait_seconds,
    )
    done = await asyncio.gather(
        *[migrate(url_for(admin_url, role, secret), role) for role, secret in passwords.items()]
    )
    return [name for names in done for name in names]


async def prepare_topics(
    servers: str,
    partitions: int = PARTITIONS,
    replicas: int = 1,
    *,
    wait_seconds: float = START_SECONDS_MAX,
) -> None:
    """Create the topics that are missing; raises as above what keeps it from the broker."""
    await create_topics(
        servers, partitions=partitions, replicas=replicas, wait_seconds=wait_seconds
    )
