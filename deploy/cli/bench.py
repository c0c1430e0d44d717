"""`platen bench`: what the machine makes of the system; the last line is one JSON object."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any

import typer
from rich.console import Console

from shared.logs import set_up_logs

Bench = Callable[[Console], Coroutine[Any, Any, dict[str, float]]]

BENCHES = {
    "ingest": "Durable webhooks a second, against two floors of the same run.",
    "pipeline": "Orders a second from the webhook to the tracking number in the store.",
    "latency": "How long the steps take at 20 orders a second, and what idling costs.",
    "settled": "The same once broker and services have run for a while; takes two minutes.",
    "render": "Print files a second.",
    "approve": "Orders approved at once.",
    "dashboard": "How fast the dashboard answers and follows.",
}

app = typer.Typer(no_args_is_help=True)


def find_bench(name: str) -> Bench | None:
    """Give the benchmark; None when this installation does not have it."""
    try:
        found: Bench = getattr(import_module(f"deploy.bench.{name}"), f"bench_{name}")
    except ModuleNotFoundError as error:
        if error.name != f"deploy.bench.{name}":
            raise
        return None
    return found


def command(bench: Bench) -> Callable[[], None]:
    """Make the command that runs a benchmark."""

    def run() -> None:
        set_up_logs("ERROR")
        console = Console()
        figures = asyncio.run(bench(console))
        typer.echo(json.dumps(figures))

    return run


for name, help_ in BENCHES.items():
    bench = find_bench(name)
    if bench is not None:
        app.command(name, help=help_)(command(bench))
