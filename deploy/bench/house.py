"""The whole system as a process of the bench."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp

from deploy.gateway import Gateway
from deploy.house import build_service
from deploy.system import running_together
from shared.cores import keep_to_one


@asynccontextmanager
async def running_house(configuration: dict[str, Any]) -> AsyncIterator[ASGIApp]:
    """Run the services that the configuration tells of, behind one door.

    Where it says so they keep to the core that servers leave them, as `platen up` does.
    """
    if configuration["keeps_to_one"]:
        keep_to_one()
    services = {
        name: build_service(name, fields) for name, fields in configuration["services"].items()
    }
    async with running_together(services):
        yield Gateway({name: service.asgi for name, service in services.items()})
