"""The whole system and the sandbox of the outside world, on the stack of the tests."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from deploy.demo.run import Running, load_products
from deploy.demo.sandbox import sandbox
from deploy.embedded import Stack
from deploy.house import Installation
from deploy.keys import keys_of
from deploy.roles import SERVICES
from deploy.serving import listen, url_of
from deploy.system import running_system
from tests.conftest import TemplateOf
from tests.end_to_end.world import World
from tests.support.databases import PASSWORD, fresh_database


@pytest.fixture(scope="module")
async def world(
    stack: Stack, template_of: TemplateOf, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Give the running system with the seed's products, and the two sides of the world."""
    folder = tmp_path_factory.mktemp("system")
    # Roles belong to the whole server, which the other suites use too.
    keys, door = keys_of(folder) | {"database": PASSWORD}, listen(0)
    async with (
        fresh_database(stack.database_url, await template_of(SERVICES)) as database_url,
        sandbox(url_of(door), keys, folder / "sandbox", step_seconds=0.1) as outside,
    ):
        own = replace(stack, database_url=database_url)
        home = Installation(own, keys, folder, url_of(door))
        async with running_system(home, outside.outside, door):
            running = Running(home, outside)
            await load_products(running)
            async with World.of(running) as world:
                yield world
