"""How a command reaches the running system, and what it says when it cannot."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import asyncpg
import typer
from aiokafka.errors import KafkaError

from deploy.embedded import Stack, running_stack
from deploy.keys import FILE, keys_of
from deploy.roles import SERVICES, url_for
from deploy.system import remembered_door

T = TypeVar("T")

OUT_OF_REACH = 2
"""The exit status of a command that could not reach what it needs, or was not told where it is."""

SAID_BY_POSTGRES = (asyncpg.PostgresError, asyncpg.InterfaceError)
HINTS: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: "Is the password right?",
    asyncpg.InvalidCatalogNameError: "Is the database's name right?",
    asyncpg.InsufficientPrivilegeError: "The role may not; `platen migrate` needs a superuser.",
    asyncpg.UndefinedTableError: "Have the migrations run? `platen migrate` runs them.",
    asyncpg.UndefinedColumnError: "Have the migrations run? `platen migrate` runs them.",
}


def fail(why: str, status: int = 1) -> NoReturn:
    """Say why in red, and end with the status."""
    typer.secho(why, err=True, fg="red")
    raise typer.Exit(status)


def known_service(name: str) -> str:
    """Give the name of a service back; another is refused with the one that may be meant."""
    if name in SERVICES:
        return name
    meant = get_close_matches(name, SERVICES, n=1)
    hint = f"did you mean {meant[0]}?" if meant else f"they are {', '.join(SERVICES)}."
    raise typer.BadParameter(f"no service is called {name}; {hint}")


Folder = Annotated[
    Path, typer.Option("--folder", envvar="PLATEN_FOLDER", help="Where the data is kept.")
]
Url = Annotated[
    str | None,
    typer.Option("--url", envvar="PLATEN_URL", help="Where Platen answers; else as it last did."),
]
Service = Annotated[
    str, typer.Argument(help=f"One of {', '.join(SERVICES)}.", callback=known_service)
]
DEFAULT_FOLDER = Path(".platen")


@dataclass(frozen=True)
class Reached:
    """The stack of a running system, and the keys to it."""

    stack: Stack
    folder: Path

    def database_url(self, service: str) -> str:
        """Give the address of a service's schema, under its own role."""
        name = f"{service.upper()}_DATABASE_URL"
        named = os.environ.get(name)
        return named or url_for(
            self.stack.database_url, service, secret_of(self.folder, "database", name)
        )

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Run it to its end; what it cannot reach is said in a line, with the next step."""
        try:
            return asyncio.run(what)
        except KafkaError as error:
            servers = self.stack.kafka_servers
            fail(f"Kafka at {servers} does not answer: {error}. Does it run there?", OUT_OF_REACH)
        except SAID_BY_POSTGRES as error:
            fail(refusal_of(self.stack.database_url, error), OUT_OF_REACH)
        except OSError as error:
            place = place_of(self.stack.database_url)
            fail(f"Postgres at {place} does not answer: {error}. Does it run there?", OUT_OF_REACH)


def refusal_of(database_url: str, error: Exception) -> str:
    """Say what Postgres refused, and what most likely helps."""
    said = f"Postgres at {place_of(database_url)} refuses: {str(error).rstrip('.')}."
    return " ".join([said, *[hint for kind, hint in HINTS.items() if isinstance(error, kind)]])


def place_of(url: str) -> str:
    """Give an address without what opens it."""
    return urlsplit(url).netloc.rpartition("@")[2] or "an address that is not one"


def reach(folder: Path) -> Reached:
    """Find the running stack: what the environment names, else the one on the folder."""
    servers, url = os.environ.get("KAFKA_SERVERS"), os.environ.get("DATABASE_URL")
    stack = Stack(servers, url) if servers and url else running_stack(folder)
    if stack is None:
        fail(
            f"Nothing runs on {folder.absolute()}. Start it with `platen up` or `platen demo`, "
            "name another folder with --folder, or set KAFKA_SERVERS and DATABASE_URL.",
            OUT_OF_REACH,
        )
    return Reached(stack, folder)


def key_of(folder: Path, name: str) -> str:
    """Give a key, such as `approval_api`: what the environment names, else the folder's."""
    variable = f"{name.upper()}_KEY"
    return os.environ.get(variable) or secret_of(folder, name, variable)


def secret_of(folder: Path, name: str, variable: str) -> str:
    """Give a secret of the folder; one without secrets is no installation, and stays so."""
    if not (folder / FILE).exists():
        fail(
            f"There is no installation in {folder.absolute()}: name another folder with --folder, "
            f"or set {variable}.",
            OUT_OF_REACH,
        )
    return keys_of(folder)[name]


def door_of(folder: Path, url: str | None) -> str:
    """Give the address of the door: as named, else where the folder's last start opened it."""
    address = (url or remembered_door(folder) or "http://127.0.0.1:8000").rstrip("/")
    return address if "://" in address else f"http://{address}"
