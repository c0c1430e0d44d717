"""`platen rebuild approval`: the orders page, built anew from the stream."""

from collections.abc import AsyncIterator
from typing import Annotated

import typer

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Reached, reach
from deploy.contracts.apps import build
from deploy.stream import replay
from services.approval.rebuild import Rebuilt, rebuild
from shared.database import Database
from shared.events import Event

Service = Annotated[str, typer.Argument(help="Only approval keeps a picture of other services.")]


def rebuild_service(service: Service = "approval", folder: Folder = DEFAULT_FOLDER) -> None:
    """Build the picture of every order anew that the stream still has from its beginning.

    Approvals, corrections, holds and rejections are kept. Platen may run meanwhile.
    """
    if service != "approval":
        raise typer.BadParameter("only approval can be rebuilt")
    reached = reach(folder)
    done = reached.run(rebuild_approval(reached))
    typer.echo(f"{done.orders} orders rebuilt from {done.events} events.")


async def rebuild_approval(reached: Reached) -> Rebuilt:
    """Read the whole stream into approval's schema."""

    async def read() -> AsyncIterator[Event]:
        async for _, event in replay(reached.stack.kafka_servers):
            yield event

    database = Database(reached.database_url("approval"), "approval")
    await database.open()
    try:
        return await rebuild(database, read, frozenset(build("approval").handlers))
    finally:
        await database.close()
