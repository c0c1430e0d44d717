"""A stack of its own for these tests, which kill its parts."""

from collections.abc import AsyncIterator

import pytest

from deploy.embedded import Parts, embedded_parts
from tests.embedded import exchange


@pytest.fixture(scope="package")
async def parts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    async with embedded_parts(tmp_path_factory.mktemp("parts")) as running:
        await exchange.prepare(running.stack)
        yield running
