"""The stack that every suite shares: started once, whatever it is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from deploy.embedded import Stack
from deploy.roles import SERVICES, url_for
from tests.support.databases import PASSWORD, fresh_database, template_database
from tests.support.stack import any_stack

TemplateOf = Callable[[Sequence[str]], Awaitable[str]]


def pytest_configure() -> None:
    """Have no test fail for being slow, and write its errors soon.

    To draw a traceback with every variable takes a tenth of a second.
    """
    settings.register_profile("platen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("platen")
    *others, _console = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Give a real Kafka and a real Postgres."""
    async with any_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
async def template_of(stack: Stack) -> AsyncIterator[TemplateOf]:
    """Give what names the database that has the tables of some services, once it is made."""
    names: dict[Sequence[str], str] = {}
    async with AsyncExitStack() as made:

        async def template_of(services: Sequence[str]) -> str:
            if services not in names:
                template = template_database(stack.database_url, services)
                names[services] = await made.enter_async_context(template)
            return names[services]

        yield template_of


@pytest.fixture
def services() -> Sequence[str]:
    """Name the services that have tables; the fewer there are, the sooner they are copied."""
    return SERVICES


@pytest.fixture
async def database_url(
    stack: Stack, template_of: TemplateOf, services: Sequence[str]
) -> AsyncIterator[str]:
    """Give the superuser's address of a fresh database."""
    async with fresh_database(stack.database_url, await template_of(services)) as url:
        yield url


@pytest.fixture
def own(database_url: str, stack: Stack, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """Give the settings that every service needs, under its own role."""

    def settings_of(service: str) -> dict[str, Any]:
        return {
            "database_url": url_for(database_url, service, PASSWORD),
            "kafka_servers": stack.kafka_servers,
        }

    return settings_of
