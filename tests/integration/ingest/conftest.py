"""Ingest alone, on a real Postgres."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.ingest.app import build_app
from services.ingest.settings import Settings
from tests.support.events import SHOP
from tests.support.service import Driver, driving
from tests.support.shopify import SECRET

KEY = "let me in"
PAYLOAD_KEY = "signs payloads"


@pytest.fixture
async def ingest(own: Callable[[str], dict[str, Any]]) -> AsyncIterator[Driver]:
    """Give ingest, believing one shop and one secret."""
    settings = Settings(
        **own("ingest"),
        shops=(SHOP,),
        shopify_secrets=("older", SECRET),
        api_key=KEY,
        payload_key=PAYLOAD_KEY,
    )
    async with driving(build_app(settings)) as driver:
        driver.http.headers["Authorization"] = f"Bearer {KEY}"
        yield driver
