"""`platen demo`: the whole system with a sandbox of the outside world."""

import logging
from functools import partial
from typing import Annotated

import typer

from deploy.cli.reach import DEFAULT_FOLDER, Folder
from deploy.cli.tables import wide_console
from deploy.cli.waiting import run_in_terminal
from deploy.demo.run import Options, run_demo
from shared.logs import set_up_logs


def demo(  # noqa: PLR0913 - one parameter for each option of the command
    folder: Folder = DEFAULT_FOLDER,
    *,
    orders: Annotated[int, typer.Option(help="How many orders shoppers place.", min=0)] = 8,
    every_seconds: Annotated[
        float, typer.Option(help="A shopper orders this often; 0 for all at once.", min=0)
    ] = 0.6,
    approve: Annotated[bool, typer.Option("--approve", help="Approve without a person.")] = False,
    leave: Annotated[
        bool, typer.Option("--exit", help="End with a table once every order is fulfilled.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Which shoppers come.")] = 1,
    step_seconds: Annotated[
        float, typer.Option(help="How long each step takes the sandbox factory.")
    ] = 2.0,
    patience_seconds: Annotated[
        float, typer.Option(help="How long --exit waits for the last order.")
    ] = 300.0,
) -> None:
    """Run everything on loopback and show what happens as it happens.

    Data is kept: a second start goes on where the first stopped.
    """
    set_up_logs("WARNING")
    # A broker that has just been made has no coordinator yet; aiokafka says so, and tries again.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    options = Options(
        folder, orders, every_seconds, approve, leave, seed, step_seconds, patience_seconds
    )
    raise typer.Exit(run_in_terminal(partial(run_demo, options, wide_console())))
