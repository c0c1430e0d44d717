"""Both halves of the sandbox over real HTTP, and a listener that hears their webhooks."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from deploy.sandbox.completeful import app as completeful_app
from deploy.sandbox.completeful.settings import Settings as CompletefulSettings
from deploy.sandbox.storefront import app as storefront_app
from deploy.sandbox.storefront.settings import Settings as StorefrontSettings
from tests.contract.sandbox.world import (
    LIVE_KEY,
    PRODUCTS,
    SECRET,
    TEST_KEY,
    TOKEN,
    FileServer,
    Json,
    Listener,
    Outside,
    serve_app,
)


@pytest.fixture(scope="session")
async def outside() -> AsyncIterator[Outside]:
    """Give the one server that stands for everybody whom the sandbox calls."""
    everybody = Outside()
    routes = [
        Route("/{place}/hooks", everybody.receive, methods=["POST"]),
        Route("/{place}/{name}", everybody.give),
    ]
    async with serve_app(Starlette(routes=routes)) as url:
        everybody.url = url
        yield everybody


@pytest.fixture
def listener(outside: Outside) -> Listener:
    """Give a listener whom no other test's webhooks reach."""
    return outside.add_listener()


@pytest.fixture
def files(outside: Outside) -> FileServer:
    return outside.add_files()


@pytest.fixture
def storefront_settings(listener: Listener) -> Json:
    return {
        "access_token": TOKEN,
        "webhook_secret": SECRET,
        "webhook_url": listener.url,
        "public_url": "http://store.test",
        "retry_seconds": 0.003,
        "paid_after_seconds": 0.3,
        "bucket_size": 500,
        "restore_rate": 0.001,
    }


@pytest.fixture
async def storefront(storefront_settings: Json) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a running storefront that sells two products."""
    settings = StorefrontSettings.model_validate(storefront_settings)
    async with (
        serve_app(storefront_app.build_app(settings)) as url,
        httpx.AsyncClient(
            base_url=url, headers={"X-Shopify-Access-Token": TOKEN}, timeout=30
        ) as client,
    ):
        (await client.put("/sandbox/products", json=PRODUCTS)).raise_for_status()
        yield client


@pytest.fixture
def step_seconds() -> float:
    """Give the pace of production; a test that needs another one is parametrized with it."""
    return 0.05


@pytest.fixture
def completeful_settings(listener: Listener, step_seconds: float) -> Json:
    return {
        "live_key": LIVE_KEY,
        "test_key": TEST_KEY,
        "allow_private_urls": True,
        "subscribe_url": listener.url,
        "subscribe_secret": SECRET,
        "step_seconds": step_seconds,
        "retry_seconds": 0.003,
    }


@pytest.fixture
async def completeful(completeful_settings: Json) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a running Completeful, with its live key."""
    settings = CompletefulSettings.model_validate(completeful_settings)
    async with (
        serve_app(completeful_app.build_app(settings)) as url,
        httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {LIVE_KEY}"}, timeout=30
        ) as client,
    ):
        yield client
