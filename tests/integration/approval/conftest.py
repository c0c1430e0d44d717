"""Approval alone, on a real Postgres."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from services.approval.app import HEARD, build_app
from services.approval.settings import Settings
from shared.settings import FileUrlSettings
from shared.web import Sessions
from tests.integration.approval.learning import Process, Start, Watched
from tests.support.service import Driver, driving

KEY = "an-api-key-of-the-tests"
FILES = "http://files.example:8000"


@pytest.fixture
def settings(own: Callable[[str], dict[str, Any]]) -> Settings:
    return Settings(
        **own("approval"),
        api_key=SecretStr(KEY),
        session_key=SecretStr("a-session-key-of-the-tests"),
        payload_key=SecretStr("a-payload-key-of-the-tests"),
        files=FileUrlSettings(url=FILES, signing_key=SecretStr("a-signing-key")),
    )


@pytest.fixture
async def approval(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service, with its API key shown at every request."""
    async with driving(build_app(settings)) as driver:
        driver.http.headers["Authorization"] = f"Bearer {KEY}"
        yield driver


@pytest.fixture
async def signed_in(approval: Driver, settings: Settings) -> Driver:
    """Give the service as somebody sees it who has opened a sign-in link."""
    del approval.http.headers["Authorization"]
    link = Sessions(settings.session_key).new_link(datetime.now(UTC))
    answer = await approval.http.get(link)
    assert answer.status_code == 303
    return approval


@pytest.fixture
async def cooling(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service of a merchant who wants ten minutes to think again."""
    own = settings.model_copy(update={"cooling_off_minutes": 10})
    async with driving(build_app(own)) as driver:
        driver.http.headers["Authorization"] = f"Bearer {KEY}"
        yield driver


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Start]:
    """Give a way to start processes that share a database."""
    async with AsyncExitStack() as stack:

        async def start(**rules: object) -> Process:
            service = build_app(settings.model_copy(update=rules))
            state = service.http.state
            learning = Watched(state.rules, state.recent)
            service.hears_all(HEARD, learning)
            return Process(await stack.enter_async_context(driving(service)), learning.long_way)

        yield start
