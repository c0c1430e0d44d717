"""A small service on a real Postgres, for tests of what every service stands on."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.support.probe import NAME, Probe, ProbeDriver, build_probe
from tests.support.service import driving


@pytest.fixture
def services() -> tuple[str, ...]:
    return (NAME,)


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
async def service(own: Callable[[str], dict[str, Any]], probe: Probe) -> AsyncIterator[ProbeDriver]:
    """Give a service that says back what it heard."""
    async with driving(build_probe(probe, own(NAME))) as driver:
        yield ProbeDriver(driver.service, driver.http)


@pytest.fixture
async def quick_service(
    own: Callable[[str], dict[str, Any]], probe: Probe
) -> AsyncIterator[ProbeDriver]:
    """Give one that says it back by the statement that claims what it heard."""
    async with driving(build_probe(probe, own(NAME), by_one_statement=True)) as driver:
        yield ProbeDriver(driver.service, driver.http)
