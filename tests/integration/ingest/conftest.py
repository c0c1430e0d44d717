"""Ingest alone, on a real Postgres."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.ingest.app import build_app
from services.ingest.settings import Settings
from tests.support.events import SHOP
from tests.support.service import Driver, driving
from tests.support.shopify import SECRET


@pytest.fixture
async def ingest(own: Callable[[str], dict[str, Any]]) -> AsyncIterator[Driver]:
    """Give ingest, believing one shop and one secret."""
    settings = Settings(**own("ingest"), shops=(SHOP,), shopify_secrets=("older", SECRET))
    async with driving(build_app(settings)) as driver:
        yield driver
