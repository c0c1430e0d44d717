"""`platen unread`: look at what a service cannot read, and have it tried again or skipped."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.dead_letters import ask
from deploy.cli.reach import DEFAULT_FOLDER, Folder, Service, fail, reach
from deploy.cli.tables import moment, show_table, table_of
from deploy.roles import SERVICES
from shared.unread_news import RETRY, SKIP

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="A place of the stream, as `list` shows it.")]
Into = Annotated[Path | None, typer.Option(help="Write the bytes of what was skipped here.")]

WHO = "an operator"
ASKED = {RETRY: "is tried again", SKIP: "is skipped"}
FOUND = """
    SELECT reason, waiting, since, asked, skipped_at, asked_by, raw, last_offset
    FROM unread
    WHERE name = $1
"""


@app.command("list")
def list_unread(folder: Folder = DEFAULT_FOLDER) -> None:
    """List where services cannot read on, oldest first, and what was skipped."""
    reached = reach(folder)
    table = table_of("service", "behind", "since", "state", "reason", whole="name")
    statement = """
        SELECT name, waiting, since, asked, skipped_at, reason
        FROM unread
        ORDER BY since, name
    """
    for service in SERVICES:
        for row in reached.run(ask(reached, service, statement)):
            state = "skipped" if row["skipped_at"] else ASKED.get(row["asked"], "stands still")
            since = moment(row["since"])
            table.add_row(service, f"{row['waiting']:,}", since, state, row["reason"], row["name"])
    if table.row_count:
        show_table(table)
    else:
        typer.echo("Nothing is unread: every service reads on.")


@app.command("show")
def show(service: Service, name: Name, into: Into = None, folder: Folder = DEFAULT_FOLDER) -> None:
    """Print why a place cannot be read; what was skipped can be written to a file."""
    reached = reach(folder)
    rows = reached.run(ask(reached, service, FOUND, name))
    if not rows:
        fail_without_place(service, name)
    [row] = rows
    typer.secho(f"{name}, since {moment(row['since'])}", bold=True)
    typer.echo(f"  {row['reason']}\n  {row['waiting']:,} event(s) wait behind it, at least")
    if row["skipped_at"]:
        skipped = moment(row["skipped_at"])
        typer.echo(f"  skipped {skipped} by {row['asked_by']}: {len(row['raw']):,} bytes are kept")
    if into is not None:
        if not row["skipped_at"]:
            fail(f"{name} is not skipped: what it is lies on the broker alone.")
        into.write_bytes(row["raw"])
        typer.echo(f"  written to {into}")


@app.command("try-again")
def try_again(service: Service, name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Ask the service to tell what comes of its next attempt, within five seconds."""
    want(folder, service, name, RETRY)
    typer.echo(f"{name}: will be tried again within some seconds.")


@app.command("skip")
def skip(service: Service, name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Have the service read on behind what is damaged; what that said is never taken in."""
    rows = (reached := reach(folder)).run(ask(reached, service, FOUND, name))
    if rows and rows[0]["last_offset"] is None:
        fail(f"{name} cannot be skipped: nobody knows where it ends.")
    typer.confirm(f"Skip {name} in {service} for ever?", abort=True)
    want(folder, service, name, SKIP)
    typer.echo(f"{name}: will be skipped within some seconds, and its bytes are kept.")


def want(folder: Path, service: str, name: str, what: str) -> None:
    """Note what is wanted."""
    statement = """
        UPDATE unread
        SET asked = $2, asked_by = $3
        WHERE name = $1 AND skipped_at IS NULL
        RETURNING name
    """
    reached = reach(folder)
    if not reached.run(ask(reached, service, statement, name, what, WHO)):
        fail_without_place(service, name)


def fail_without_place(service: str, name: str) -> None:
    """Say that the service stands still at no place of this name."""
    fail(f"{service} reads on at {name}: `platen unread list` shows where it does not.")
