"""Fulfillment alone, on a real Postgres, against the sandbox's Completeful over real HTTP."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.completeful import app as sandbox
from deploy.sandbox.completeful.settings import Settings as SandboxSettings
from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.settings import FileUrlSettings
from tests.contract.sandbox.world import png, serve_app
from tests.integration.fulfillment.completeful import (
    LIVE_KEY,
    SECRET,
    SHOP_ID,
    TEST_KEY,
    Completeful,
    completeful_product,
)
from tests.support.service import Driver, driving


@pytest.fixture(scope="session")
async def files_url() -> AsyncIterator[str]:
    """Give the address of a server whose every print file is a blank T-shirt front."""
    blank = png(4500, 5400)

    async def give(_: Request) -> Response:
        return Response(blank, media_type="image/png")

    async with serve_app(Starlette(routes=[Route("/files/{key:path}", give)])) as url:
        yield url


@pytest.fixture
def step_seconds() -> float:
    """Give the time that each step of the production takes; a test may want a long one."""
    return 0.05


@pytest.fixture
async def completeful(step_seconds: float) -> AsyncIterator[Completeful]:
    """Give a fresh Completeful whose production takes a blink."""
    settings = SandboxSettings(
        live_key=SecretStr(LIVE_KEY),
        test_key=SecretStr(TEST_KEY),
        allow_private_urls=True,
        step_seconds=step_seconds,
        split="always",
    )
    async with (
        serve_app(sandbox.build_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        yield Completeful(http)


@pytest.fixture
def settings(
    own: Callable[[str], dict[str, Any]], completeful: Completeful, files_url: str
) -> Settings:
    """Give settings that try again at once and poll only when hinted."""
    return Settings(
        **own("fulfillment"),
        completeful_url=f"{completeful.http.base_url}/v1",
        completeful_shop_id=SHOP_ID,
        completeful_key=SecretStr(LIVE_KEY),
        completeful_webhook_secrets=(SecretStr("older"), SecretStr(SECRET)),
        api_key=SecretStr("key of the tests"),
        files=FileUrlSettings(url=files_url, signing_key=SecretStr("signing")),
        retry_first_seconds=0,
        retry_last_seconds=0,
        poll_first_seconds=3600,
        poll_last_seconds=3600,
        timeout_seconds=30,
    )


@pytest.fixture
async def fulfillment(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service, which knows the T-shirt."""
    async with driving(build_app(settings)) as driver:
        await driver.hears(completeful_product())
        yield driver
