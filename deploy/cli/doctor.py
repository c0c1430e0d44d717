"""`platen doctor`: whether every part of the running system is well, and what to do if not."""

import httpx
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Url, door_of
from deploy.roles import SERVICES


def doctor(folder: Folder = DEFAULT_FOLDER, url: Url = None) -> None:
    """Ask every service whether it is ready; exit code 1 when one is not."""
    table = Table("service", "state", "parts")
    door = door_of(folder, url)
    states = {service: ask(f"{door}/{service}/health/ready") for service in SERVICES}
    for service, (state, parts) in states.items():
        style = "green" if state == "ready" else "bold red"
        table.add_row(service, f"[{style}]{state}[/{style}]", parts)
    Console().print(table)
    if any(state != "ready" for state, _ in states.values()):
        typer.echo("See docs/operations.md for what each part needs.", err=True)
        raise typer.Exit(1)


def ask(url: str) -> tuple[str, str]:
    """Give a service's state, and that of its parts."""
    try:
        answer = httpx.get(url, timeout=5)
        told = answer.json()
    except (httpx.TransportError, ValueError) as error:
        return "does not answer", str(error)
    return told["status"], ", ".join(f"{part}: {state}" for part, state in told["parts"].items())
