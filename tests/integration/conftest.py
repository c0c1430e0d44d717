"""A service is tested alone: its database has the tables of no other, and is copied the sooner."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from deploy.embedded import Stack
from tests.support.databases import fresh_database, template_database

TemplateOf = Callable[[str], Awaitable[str]]


@pytest.fixture(scope="session")
async def template_of(stack: Stack) -> AsyncIterator[TemplateOf]:
    """Give what names the template of a service, once it is made."""
    names: dict[str, str] = {}
    async with AsyncExitStack() as made:

        async def template_of(service: str) -> str:
            if service not in names:
                template = template_database(stack.database_url, (service,))
                names[service] = await made.enter_async_context(template)
            return names[service]

        yield template_of


@pytest.fixture
def service_alone(request: pytest.FixtureRequest) -> str:
    """Name the service whose tests these are."""
    return request.path.parent.name


@pytest.fixture
async def database_url(
    stack: Stack, template_of: TemplateOf, service_alone: str
) -> AsyncIterator[str]:
    """Give the superuser's address of a fresh database."""
    async with fresh_database(stack.database_url, await template_of(service_alone)) as url:
        yield url
