"""`platen migrate`: roles, schemas, migrations and topics; safe to repeat."""

import os
from typing import Annotated

import typer

from deploy.cli.reach import DEFAULT_FOLDER, OUT_OF_REACH, Reached, fail
from deploy.embedded import Stack
from deploy.preparing import START_SECONDS_MAX, prepare_database, prepare_topics
from deploy.roles import SERVICES
from deploy.topics import PARTITIONS


def migrate(
    database_url: Annotated[str, typer.Option(envvar="DATABASE_URL", help="As superuser.")],
    kafka_servers: Annotated[
        str, typer.Option(envvar="KAFKA_SERVERS", help="host:port, several with commas.")
    ],
    partitions: Annotated[
        int, typer.Option(envvar="TOPIC_PARTITIONS", help="Of the orders' topic, when it is made.")
    ] = PARTITIONS,
    replicas: Annotated[
        int, typer.Option(envvar="TOPIC_REPLICAS", help="Of every topic, when it is made.")
    ] = 1,
    wait_seconds: Annotated[
        float, typer.Option("--wait", help="Seconds for each of them to be there.")
    ] = START_SECONDS_MAX,
) -> None:
    """Prepare a Postgres and a Kafka for the services.

    Each role's password comes from <SERVICE>_DATABASE_PASSWORD. One of the two that may be about
    to start is waited for.
    """
    passwords = {
        service: os.environ.get(f"{service.upper()}_DATABASE_PASSWORD", "") for service in SERVICES
    }
    missing = [service for service, password in passwords.items() if not password]
    if missing:
        names = ", ".join(f"{service.upper()}_DATABASE_PASSWORD" for service in missing)
        fail(f"Set {names}: each service has a role of its own.", OUT_OF_REACH)
    reached = Reached(Stack(kafka_servers, database_url), DEFAULT_FOLDER)
    done = reached.run(prepare_database(database_url, passwords, wait_seconds=wait_seconds))
    reached.run(prepare_topics(kafka_servers, partitions, replicas, wait_seconds=wait_seconds))
    typer.echo(f"{len(done)} migration(s) run; every topic is there.")
