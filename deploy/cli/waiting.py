"""Runs what goes on until Ctrl-C or SIGTERM, and tells a person how it ended."""

from collections.abc import Awaitable, Callable

import typer

from deploy.embedded import StackError
from shared.ending import Ending
from shared.running import run_until_told


def run_in_terminal(what: Callable[[Ending], Awaitable[bool]]) -> int:
    """Run it to its end, or until it is asked to stop, and give the exit status.

    That is 1 when it gave False, or could not run, or a part of it died; 3 when its end was cut
    short.
    """

    async def main(ending: Ending) -> int:
        try:
            return 0 if await what(ending) else 1
        except StackError as error:
            typer.secho(str(error), err=True, fg="red")
            return 1

    return run_until_told(main, tell)


def tell(ending: Ending) -> None:
    """Say how it ended."""
    if ending.died:
        typer.secho(f"Ended, because this died: {', '.join(ending.died)}", err=True, fg="red")
    if ending.cut_short:
        late = ", ".join(dict.fromkeys(ending.cut_short))
        typer.secho(f"These did not end in time and were cut short: {late}", err=True, fg="yellow")
    typer.echo("Stopped; the data is kept, and the next start goes on from here.")
