"""Notifier alone, on a real Postgres, against the sandbox's storefront over real HTTP."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from deploy.sandbox.storefront import app as sandbox
from deploy.sandbox.storefront.settings import Settings as SandboxSettings
from services.notifier.app import build_app
from services.notifier.settings import Settings
from tests.contract.sandbox.world import serve_app
from tests.integration.notifier.storefront import PRODUCTS, Storefront
from tests.support.events import SHOP
from tests.support.service import Driver, driving

TOKEN = "shpat_test"


@pytest.fixture
async def storefront() -> AsyncIterator[Storefront]:
    """Give a fresh store that sells a T-shirt, and a poster that others send."""
    settings = SandboxSettings(
        access_token=SecretStr(TOKEN),
        webhook_secret=SecretStr("hush"),
        webhook_url="http://127.0.0.1:9/webhooks",
        public_url="http://store.example",
        shop_domain=SHOP,
        retry_seconds=3600,
    )
    async with (
        serve_app(sandbox.build_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        (await http.put("/sandbox/products", json=PRODUCTS)).raise_for_status()
        yield Storefront(http)


@pytest.fixture
def settings(own: Callable[[str], dict[str, Any]], storefront: Storefront) -> Settings:
    """Give settings that try again at once."""
    return Settings(
        **own("notifier"),
        shopify_url=str(storefront.http.base_url),
        shopify_token=SecretStr(TOKEN),
        shop=SHOP,
        api_key=SecretStr("key of the tests"),
        timeout_seconds=30,
        retry_first_seconds=0,
        retry_last_seconds=0,
        settle_seconds=0,
    )


@pytest.fixture
async def notifier(settings: Settings) -> AsyncIterator[Driver]:
    async with driving(build_app(settings)) as driver:
        yield driver
