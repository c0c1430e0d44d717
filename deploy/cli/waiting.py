"""Runs what goes on until Ctrl-C or SIGTERM."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import typer
import uvloop

from deploy.embedded import StackError


def run_until_told(what: Callable[[], Awaitable[bool]]) -> bool:
    """Run it to its end, or until it is asked to stop; False when it could not run."""
    told: list[str] = []

    async def run() -> bool:
        task = asyncio.current_task()

        def stop() -> None:
            told.append("SIGTERM")
            if task is not None:
                task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        return await what()

    try:
        return uvloop.run(run())
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and not told:
            raise
        typer.echo("Stopped; the data is kept, and the next start goes on from here.")
        return True
    except StackError as error:
        typer.secho(str(error), err=True, fg="red")
        return False
