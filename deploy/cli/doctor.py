"""`platen doctor`: whether every part of the running system is well, and what to do if not."""

import httpx
from rich.console import Console
from rich.table import Table

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Url, door_of, fail
from deploy.roles import SERVICES

SILENT = "does not answer"


def doctor(folder: Folder = DEFAULT_FOLDER, url: Url = None) -> None:
    """Ask every service whether it is ready; exit code 1 when one is not."""
    table = Table("service", "state", "parts")
    door = door_of(folder, url)
    states = {service: ask(f"{door}/{service}/health/ready") for service in SERVICES}
    for service, (state, parts) in states.items():
        style = "green" if state == "ready" else "bold red"
        table.add_row(service, f"[{style}]{state}[/{style}]", parts)
    Console().print(table)
    if all(state == SILENT for state, _ in states.values()):
        fail(
            f"Nothing answers at {door}. Start it with `platen up`, or say with --folder or --url "
            "where it runs."
        )
    if any(state != "ready" for state, _ in states.values()):
        fail("What each part needs: docs/operations.md, At three in the morning.")


def ask(url: str) -> tuple[str, str]:
    """Give a service's state, and that of its parts."""
    try:
        answer = httpx.get(url, timeout=5)
        told = answer.json()
        parts = ", ".join(f"{part}: {state}" for part, state in told["parts"].items())
    except httpx.TransportError as error:
        return SILENT, str(error)
    except (ValueError, TypeError, KeyError):
        return "is not there", f"{url} answers {answer.status_code}, and not as a service does"
    return told["status"], parts
