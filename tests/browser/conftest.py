"""The pages in a real browser: the service with its live connection, and Chromium."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect
from pydantic import SecretStr

from deploy.serving import listen, url_of
from deploy.test_tools import CHROMIUM, advice, find
from services.approval.app import build_app
from services.approval.settings import Settings
from shared.server import serving
from shared.settings import FileUrlSettings
from shared.web import Sessions
from tests.browser.pictures import answer_picture
from tests.support.service import Driver, driving

PATIENCE_MILLISECONDS = 60_000
"""What must come has all the time that a busy machine may take."""


def chromium() -> str:
    """Give the path of the system's Chromium; fails with what to do where there is none."""
    found = find(CHROMIUM)
    if found is None:
        pytest.fail(advice(CHROMIUM), pytrace=False)
    return found


@pytest.fixture
def services() -> tuple[str, ...]:
    return ("approval",)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@pytest.fixture
async def house(
    own: Callable[[str], dict[str, Any]],
) -> AsyncIterator[tuple[Driver, str, Settings]]:
    """Give the service as it runs, with its address."""
    listener = listen(0)
    url = url_of(listener)
    settings = Settings(
        **own("approval"),
        api_key=SecretStr("an-api-key-of-the-tests"),
        session_key=SecretStr("a-session-key-of-the-tests"),
        payload_key=SecretStr("a-payload-key-of-the-tests"),
        files=FileUrlSettings(url=url, signing_key=SecretStr("a-signing-key")),
    )
    service = build_app(settings)
    service.http.add_api_route("/files/{key:path}", answer_picture, methods=["GET"])
    async with driving(service) as driver, serving(service.asgi, listener):
        live = service.workers["live"]
        task = asyncio.create_task(live.run(service.database, service.metrics))
        yield driver, url, settings
        await close(driver)
        live.stop(service.database)
        await task


async def close(driver: Driver) -> None:
    """Send the open pages away, so that the server need not wait for them."""
    await driver.service.http.state.feed.close()


@pytest.fixture
def approval(house: tuple[Driver, str, Settings]) -> Driver:
    return house[0]


@pytest.fixture
def opened(house: tuple[Driver, str, Settings], browser: Browser) -> Callable[..., Any]:
    """Give what opens the orders page, signed in; its errors fail the test."""
    _, url, settings = house

    @asynccontextmanager
    async def open_page(path: str = "/", **options: Any) -> AsyncIterator[Page]:
        context = await browser.new_context(base_url=url, **options)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        failed: list[Error] = []
        context.on("weberror", lambda of_page: failed.append(of_page.error))
        try:
            yield await signed_in(context, settings, path)
        finally:
            await context.close()
        assert failed == [], "a script failed"

    return open_page


async def signed_in(context: BrowserContext, settings: Settings, path: str) -> Page:
    """Open a page as somebody who has a sign-in link."""
    page = await context.new_page()
    await page.goto(Sessions(settings.session_key).new_link(datetime.now(UTC)))
    if path != "/":
        await page.goto(path)
    return page


@pytest.fixture
async def page(opened: Callable[..., Any]) -> AsyncIterator[Page]:
    async with opened() as page:
        yield page
