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
            told.append("stop")
            if task is not None:
                task.cancel()

        # uvloop would raise Ctrl-C in the middle of whatever runs, and nothing would end in order.
        for blow in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(blow, stop)
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
