"""Ingest alone, on a real Postgres."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from services.ingest.app import build_app
from services.ingest.settings import Settings
from tests.contract.sandbox.world import TOKEN
from tests.integration.ingest.asking import ENDLESS, Json, Store, open_store
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


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as store:
        yield store


@pytest.fixture
def told(own: Callable[[str], Json], store: Store) -> Json:
    """Give what an ingest is told that takes what webhooks have not told at once."""
    return own("ingest") | {
        "shops": (SHOP,),
        "shopify_secrets": (SECRET,),
        "api_key": KEY,
        "payload_key": PAYLOAD_KEY,
        "stores": {SHOP: {"token": TOKEN, "url": str(store.http.base_url)}},
        "reconcile_seconds": ENDLESS,
        "webhook_due_seconds": 0,
    }
