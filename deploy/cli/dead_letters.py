"""`platen dead-letters`: look at what could not be applied, and try again or give it up."""

from typing import Annotated, Any, NoReturn

import asyncpg
import typer

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Reached, Service, fail, reach
from deploy.cli.tables import show_table, table_of
from deploy.roles import SERVICES
from shared import dead_letters
from shared.database import Database

app = typer.Typer(no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The order's or product's id, as `list` shows it.")]


async def ask(reached: Reached, service: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    """Run one statement in the service's own schema."""
    connection = await asyncpg.connect(reached.database_url(service))
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


@app.command("list")
def list_letters(folder: Folder = DEFAULT_FOLDER) -> None:
    """List the dead letters of every service, oldest first."""
    reached = reach(folder)
    table = table_of("service", "type", "since", "attempts", "reason", whole="key")
    for service in SERVICES:
        rows = reached.run(
            ask(
                reached,
                service,
                """
                SELECT key, type, set_aside_at, attempts, reason
                FROM dead_letter
                ORDER BY id
                """,
            )
        )
        for row in rows:
            since = f"{row['set_aside_at'].astimezone():%d %b %H:%M:%S}"
            table.add_row(
                service, row["type"], since, str(row["attempts"]), row["reason"], row["key"]
            )
    if table.row_count:
        show_table(table)
    else:
        typer.echo("No dead letters: every event was applied.")


@app.command("show")
def show(service: Service, key: Key, folder: Folder = DEFAULT_FOLDER) -> None:
    """Print the letters of one order with where they lay and their bodies."""
    statement = """
        SELECT id, type, topic, partition, record_offset, reason, attempts, value
        FROM dead_letter
        WHERE key = $1
        ORDER BY id
    """
    reached = reach(folder)
    rows = reached.run(ask(reached, service, statement, key))
    if not rows:
        fail_without_letters(service, key)
    for row in rows:
        place = f"{row['topic']}/{row['partition']}@{row['record_offset']}"
        typer.secho(f"{row['type']} at {place}, {row['attempts']} attempt(s)", bold=True)
        typer.echo(f"  {row['reason']}")
        typer.echo(f"  {row['value'].decode(errors='backslashreplace')}")


@app.command("replay")
def replay(service: Service, key: Key, folder: Folder = DEFAULT_FOLDER) -> None:
    """Ask the service to apply the order's letters again, oldest first."""
    statement = """
        UPDATE dead_letter
        SET replay_requested_at = now()
        WHERE key = $1
        RETURNING id
    """
    reached = reach(folder)
    rows = reached.run(ask(reached, service, statement, key))
    done(len(rows), service, key, "will be applied again within a second")


@app.command("drop")
def drop(service: Service, key: Key, folder: Folder = DEFAULT_FOLDER) -> None:
    """Give the order's letters up; what they said is never applied."""
    typer.confirm(f"Give up every dead letter of {key} in {service}?", abort=True)
    reached = reach(folder)
    done(reached.run(give_up(reached, service, key)), service, key, "dropped")


async def give_up(reached: Reached, service: str, key: str) -> int:
    """Forget the letters, and have the service say so; give how many there were."""
    database = Database(reached.database_url(service), service, connections_max=1)
    await database.open()
    try:
        async with database.transaction() as transaction:
            return await dead_letters.give_up(transaction, key)
    finally:
        await database.close()


def done(count: int, service: str, key: str, what: str) -> None:
    """Tell what happened to so many letters."""
    if not count:
        fail_without_letters(service, key)
    typer.echo(f"{count} letter(s) of {key}: {what}.")


def fail_without_letters(service: str, key: str) -> NoReturn:
    """Say that the service has none of this order or product."""
    fail(f"{service} has no dead letter of {key}: `platen dead-letters list` shows what there is.")
