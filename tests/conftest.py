"""The stack that every suite shares: started once, whatever it is."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from deploy.embedded import Stack
from deploy.roles import url_for
from tests.support.databases import PASSWORD, fresh_database, template_database
from tests.support.stack import any_stack


def pytest_configure() -> None:
    """Log errors as plain tracebacks: to draw one with every variable takes a tenth of a second."""
    *others, _console = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Give a real Kafka and a real Postgres."""
    async with any_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
async def server(stack: Stack) -> AsyncIterator[str]:
    """Give the superuser's address of a Postgres that has a migrated template."""
    async with template_database(stack.database_url):
        yield stack.database_url


@pytest.fixture
async def database_url(server: str) -> AsyncIterator[str]:
    """Give the superuser's address of a fresh database."""
    async with fresh_database(server) as url:
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
