"""`platen migrate`: roles, schemas, migrations and topics; safe to repeat."""

import asyncio
import os
from typing import Annotated

import typer

from deploy.preparing import prepare_database, prepare_topics
from deploy.roles import SERVICES
from deploy.topics import PARTITIONS


def migrate(
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="As superuser.")],
    kafka_servers: Annotated[str, typer.Option(envvar="KAFKA_SERVERS")],
    partitions: Annotated[int, typer.Option(envvar="TOPIC_PARTITIONS")] = PARTITIONS,
    replicas: Annotated[int, typer.Option(envvar="TOPIC_REPLICAS")] = 1,
) -> None:
    """Prepare a Postgres and a Kafka for the services.

    Each role's password comes from <SERVICE>_DATABASE_PASSWORD.
    """
    passwords = {
        service: os.environ.get(f"{service.upper()}_DATABASE_PASSWORD", "") for service in SERVICES
    }
    missing = [service for service, password in passwords.items() if not password]
    if missing:
        names = ", ".join(f"{service.upper()}_DATABASE_PASSWORD" for service in missing)
        typer.secho(f"Set {names}: each service has a role of its own.", err=True, fg="red")
        raise typer.Exit(2)
    done = asyncio.run(prepare_database(database_url, passwords))
    asyncio.run(prepare_topics(kafka_servers, partitions, replicas))
    typer.echo(f"{len(done)} migration(s) run; every topic is there.")
