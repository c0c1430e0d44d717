"""How a command reaches the running system."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from deploy.embedded import Stack, running_stack
from deploy.keys import keys_of
from deploy.roles import url_for
from deploy.system import remembered_door

Folder = Annotated[
    Path, typer.Option("--folder", envvar="PLATEN_FOLDER", help="Where the data is kept.")
]
Url = Annotated[
    str | None,
    typer.Option("--url", envvar="PLATEN_URL", help="Where Platen answers; else as it last did."),
]
DEFAULT_FOLDER = Path(".platen")


@dataclass(frozen=True)
class Reached:
    """The stack of a running system, and the keys to it."""

    stack: Stack
    folder: Path

    def database_url(self, service: str) -> str:
        """Give the address of a service's schema, under its own role."""
        named = os.environ.get(f"{service.upper()}_DATABASE_URL")
        return named or url_for(self.stack.database_url, service, keys_of(self.folder)["database"])


def reach(folder: Path) -> Reached:
    """Find the running stack: what the environment names, else the one on the folder."""
    servers, url = os.environ.get("KAFKA_SERVERS"), os.environ.get("DATABASE_URL")
    stack = Stack(servers, url) if servers and url else running_stack(folder)
    if stack is None:
        typer.secho(
            f"Nothing runs on {folder.absolute()}. Start it with `platen up` or `platen demo`, "
            "name another folder with --folder, or set KAFKA_SERVERS and DATABASE_URL.",
            err=True,
            fg="red",
        )
        raise typer.Exit(2)
    return Reached(stack, folder)


def key_of(folder: Path, name: str) -> str:
    """Give a key, such as `approval_api`: what the environment names, else the folder's."""
    return os.environ.get(f"{name.upper()}_KEY") or keys_of(folder)[name]


def door_of(folder: Path, url: str | None) -> str:
    """Give the address of the door: as named, else where the folder's last start opened it."""
    return (url or remembered_door(folder) or "http://127.0.0.1:8000").rstrip("/")
