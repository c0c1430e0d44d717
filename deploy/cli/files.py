"""`platen files`: have the print files of an order deleted."""

from typing import Annotated

import typer

from deploy.cli.dead_letters import ask
from deploy.cli.reach import DEFAULT_FOLDER, Folder, fail, reach

app = typer.Typer(no_args_is_help=True)


@app.command("delete")
def delete(
    order_id: Annotated[
        str, typer.Argument(help="The order's id, as `platen orders list` has it.")
    ],
    folder: Folder = DEFAULT_FOLDER,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Delete an order's print files, previews, photos, and what printfile knows of its answers.

    The order must be over: shipped or cancelled. What other orders need as well stays.
    """
    if not yes:
        typer.confirm(f"Delete the print files and answers of {order_id} for good?", abort=True)
    statement = """
        UPDATE ended_order
        SET deletion_asked_at = now(), deleted_at = NULL, try_at = now()
        WHERE order_id = $1
        RETURNING order_id
    """
    reached = reach(folder)
    if not reached.run(ask(reached, "printfile", statement, order_id)):
        fail(f"{order_id} is not over, or is no order: cancel it first, then delete its files.")
    typer.echo(f"The files of {order_id} will be gone within a quarter of an hour.")
