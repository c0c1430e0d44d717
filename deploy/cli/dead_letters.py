"""`platen dead-letters`: look at what could not be applied, and try again or give it up."""

import asyncio
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Reached, reach
from deploy.roles import SERVICES
from shared import dead_letters
from shared.database import Database

app = typer.Typer(no_args_is_help=True)
Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
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
    table = Table("service", "key", "type", "since", "attempts", "reason")
    for service in SERVICES:
        rows = asyncio.run(
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
                service, row["key"], row["type"], since, str(row["attempts"]), row["reason"]
            )
    if table.row_count:
        Console().print(table)
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
    for row in asyncio.run(ask(reach(folder), service, statement, key)):
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
    rows = asyncio.run(ask(reach(folder), service, statement, key))
    done(len(rows), key, "will be applied again within a second")


@app.command("drop")
def drop(service: Service, key: Key, folder: Folder = DEFAULT_FOLDER) -> None:
    """Give the order's letters up; what they said is never applied."""
    typer.confirm(f"Give up every dead letter of {key} in {service}?", abort=True)
    done(asyncio.run(give_up(reach(folder), service, key)), key, "dropped")


async def give_up(reached: Reached, service: str, key: str) -> int:
    """Forget the letters, and have the service say so; give how many there were."""
    database = Database(reached.database_url(service), service, connections_max=1)
    await database.open()
    try:
        async with database.transaction() as transaction:
            return await dead_letters.give_up(transaction, key)
    finally:
        await database.close()


def done(count: int, key: str, what: str) -> None:
    """Tell what happened to so many letters."""
    if not count:
        typer.secho(f"There is no dead letter of {key}.", err=True, fg="red")
        raise typer.Exit(1)
    typer.echo(f"{count} letter(s) of {key}: {what}.")
