"""`platen held`: look at what the broker does not take from a service, and have it tried again."""

from typing import Annotated

import typer

from deploy.cli.dead_letters import ask
from deploy.cli.reach import DEFAULT_FOLDER, Folder, Service, fail, reach
from deploy.cli.tables import moment, show_table, table_of
from deploy.roles import SERVICES
from shared.promised import read_headers

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="A topic, or a topic and a key, as `list` shows it.")]

SHOWN_MAX = 100
ASKED = "a person asked for another attempt"
UNTOLD = "`ready` of the service says why"
HELD = """
    SELECT coalesce(line.name, topic) AS name, line.since, line.reason, key, headers,
        octet_length(value) AS size_bytes, id
    FROM held_promise
    LEFT JOIN LATERAL (
        SELECT name, since, reason
        FROM held_line
        WHERE name IN (topic, topic || '/' || key)
        ORDER BY name
        LIMIT 1
    ) AS line ON true
"""
"""What is held, each with the line that holds it; a line of the whole topic comes first."""
FOUND = f"SELECT * FROM ({HELD}) AS held WHERE name = $1 ORDER BY id"  # noqa: S608 - ours alone


@app.command("list")
def list_held(folder: Folder = DEFAULT_FOLDER) -> None:
    """List the held promises of every service by their lines, oldest first."""
    reached = reach(folder)
    table = table_of("service", "events", "since", "reason", whole="name")
    statement = f"""
        SELECT name, count(*) AS events, min(since) AS since, min(reason) AS reason
        FROM ({HELD}) AS held
        GROUP BY name
        ORDER BY min(id)
    """  # noqa: S608 - nothing is put in that anybody typed
    for service in SERVICES:
        for row in reached.run(ask(reached, service, statement)):
            since = moment(row["since"]) if row["since"] else ""
            reason = UNTOLD if row["reason"] is None else row["reason"] or ASKED
            table.add_row(service, f"{row['events']:,}", since, reason, row["name"])
    if table.row_count:
        show_table(table)
    else:
        typer.echo("Nothing is held: the broker takes everything.")


@app.command("show")
def show(service: Service, name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Print the events that one line holds, oldest first, by type, key and size."""
    reached = reach(folder)
    rows = reached.run(ask(reached, service, FOUND, name))
    if not rows:
        fail_without_line(service, name)
    typer.secho(f"{name}: {len(rows):,} event(s)", bold=True)
    typer.echo(f"  {UNTOLD if rows[0]['reason'] is None else rows[0]['reason'] or ASKED}")
    for row in rows[:SHOWN_MAX]:
        kind = dict(read_headers(row["headers"])).get("ce_type", "an event")
        typer.echo(f"  {kind} of {row['key']}, {row['size_bytes']:,} bytes")
    if len(rows) > SHOWN_MAX:
        typer.echo(f"  and {len(rows) - SHOWN_MAX:,} more")


@app.command("try-again")
def try_again(service: Service, name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Ask the service to try the line again at once; it does by itself, every minute at least."""
    reached = reach(folder)
    statement = "UPDATE held_line SET reason = '' WHERE name = $1 RETURNING name"
    if reached.run(ask(reached, service, statement, name)):
        typer.echo(f"{name}: will be tried again within some seconds.")
    elif reached.run(ask(reached, service, FOUND, name)):
        typer.echo(f"{name}: is tried again by itself, every minute at least.")
    else:
        fail_without_line(service, name)


def fail_without_line(service: str, name: str) -> None:
    """Say that the service holds nothing of this name."""
    fail(f"{service} holds nothing called {name}: `platen held list` shows what there is.")
