"""`platen keys`: let programs in, each by a key of its own, and shut them out again."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Reached, reach
from services.approval.access import create_key, revoke_key
from services.approval.store import keys
from services.approval.store.keys import ApiKey
from shared.database import Database
from shared.web import Role

app = typer.Typer(no_args_is_help=True)

T = TypeVar("T")

WHO = "command line"
ID_LENGTH = 12


def ask(reached: Reached, what: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with approval's own schema."""

    async def run() -> T:
        database = Database(reached.database_url("approval"), "approval")
        await database.open()
        try:
            return await what(database)
        finally:
            await database.close()

    return reached.run(run())


async def read_keys(database: Database) -> Sequence[ApiKey]:
    """Give every key there ever was."""
    async with database.transaction() as transaction:
        return await keys.list_keys(transaction)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, such as `warehouse script`.")],
    folder: Folder = DEFAULT_FOLDER,
    *,
    scope: Annotated[Role, typer.Option(help="What the program may do.")] = Role.VIEWER,
) -> None:
    """Make a key and print it, for the only time: it is kept as a hash."""
    if not name.strip():
        raise typer.BadParameter("a key needs a name")
    key = ask(reach(folder), lambda database: create_key(database, name.strip()[:100], scope, WHO))
    typer.secho(f"{name}, {scope}. It cannot be shown again:", err=True)
    typer.echo(key)


@app.command("list")
def list_keys(folder: Folder = DEFAULT_FOLDER) -> None:
    """List the keys, newest first, without what opens anything."""
    table = Table("id", "name", "scope", "created", "by", "state")
    for key in ask(reach(folder), read_keys):
        table.add_row(
            key.key_hash[:ID_LENGTH],
            key.name,
            key.role,
            f"{key.created_at.astimezone():%d %b %Y %H:%M}",
            key.created_by,
            f"revoked by {key.revoked_by}" if key.revoked_at else "opens",
        )
    if table.row_count:
        Console().print(table)
    else:
        typer.echo("No keys yet: `platen keys create NAME --scope viewer`.")


@app.command("revoke")
def revoke(
    which: Annotated[str, typer.Argument(help="Its id as `list` shows it, or its name.")],
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Shut the program out; what it did stays on record."""
    reached = reach(folder)
    found = named(ask(reached, read_keys), which)
    if len(found) != 1:
        why = "No key that opens is called" if not found else "Several keys are called"
        typer.secho(f"{why} {which}: take the id from `platen keys list`.", err=True, fg="red")
        raise typer.Exit(1)
    [key] = found
    ask(reached, lambda database: revoke_key(database, key.key_hash, WHO))
    typer.echo(f"{key.name} opens nothing any more.")


def named(known: Sequence[ApiKey], which: str) -> list[ApiKey]:
    """Give the keys that are meant and not revoked: by the beginning of the id, or by name."""
    return [
        key
        for key in known
        if key.revoked_at is None
        and (key.name == which or (len(which) >= ID_LENGTH and key.key_hash.startswith(which)))
    ]
