"""What must be there before a service starts: roles, schemas, tables and topics."""

import asyncio
from collections.abc import Mapping

import asyncpg

from deploy.roles import create_roles, url_for
from deploy.topics import PARTITIONS, create_topics
from shared.migrate import migrate
from shared.patience import insist


async def prepare_database(admin_url: str, passwords: Mapping[str, str]) -> list[str]:
    """Create roles and schemas and migrate each; give the names of the migrations that ran."""
    await insist(
        lambda: create_roles(admin_url, passwords),
        on=(OSError, asyncpg.CannotConnectNowError),
        what="reach Postgres",
        last=2,
    )
    done = await asyncio.gather(
        *[migrate(url_for(admin_url, role, secret), role) for role, secret in passwords.items()]
    )
    return [name for names in done for name in names]


async def prepare_topics(servers: str, partitions: int = PARTITIONS, replicas: int = 1) -> None:
    """Create the topics that are missing."""
    await create_topics(servers, partitions=partitions, replicas=replicas)
