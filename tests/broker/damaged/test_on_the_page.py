"""Damaged records as a merchant meets them: approval alone, on a real broker, and its page."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from deploy.system import running_together
from deploy.topics import FAILURES
from services.approval.access import COOKIE
from services.approval.app import build_app
from services.approval.settings import Settings
from shared.service import Service
from shared.settings import FileUrlSettings
from shared.web import Person, Role, Sessions
from tests.broker.stream import comes
from tests.integration.approval.pressing import page, press
from tests.support.brokers import own_kafka
from tests.support.damaging import RECORDS_AT, Disk, publish_together
from tests.support.events import order_received
from tests.support.failures import product_set_aside
from tests.support.probe import NAME, Probe, build_probe
from tests.support.service import Driver


@pytest.fixture
def services() -> tuple[str, ...]:
    return ("approval", NAME)


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    async with own_kafka(tmp_path) as kafka:
        yield Disk(kafka.servers, tmp_path / "kafka" / "data")


@pytest.fixture
def settings(own: Callable[[str], dict[str, Any]], disk: Disk) -> Settings:
    return Settings(
        **own("approval") | {"kafka_servers": disk.servers},
        api_key=SecretStr("an-api-key-of-the-tests"),
        session_key=SecretStr("a-session-key-of-the-tests"),
        payload_key=SecretStr("a-payload-key-of-the-tests"),
        files=FileUrlSettings(url="http://files.example", signing_key=SecretStr("a-signing-key")),
    )


@pytest.fixture
async def merchant(settings: Settings) -> AsyncIterator[Driver]:
    """Give somebody who is signed in; the service does not run yet."""
    service: Service = build_app(settings)
    transport = httpx.ASGITransport(app=service.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://approval") as http:
        person = Person("Ada", Role.APPROVER).sealed()
        session = Sessions(settings.session_key).new_cookie(person, datetime.now(UTC))
        http.cookies.set(COOKIE, session)
        yield Driver(service, http)


async def test_what_approval_itself_cannot_read_is_skipped_from_its_page(
    disk: Disk, merchant: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.fetching.PAUSE_SECONDS", 0.2)
    before, bad, after = [[order_received(number)] for number in ("1001", "1002", "1003")]
    _, at, _ = await publish_together(disk.servers, before, bad, after)

    async def shows(path: str, what: str) -> bool:
        return what in await page(merchant, path)

    with disk.damaged(at, RECORDS_AT):
        async with merchant.service.running():
            place = f"offsets {at} to {at} of partition 0: a wrong checksum"
            await comes(lambda: shows("/failures", place))
            assert "1 event waits behind it" in await page(merchant)
            assert not await shows("/", "1003")

            await press(merchant, "drop")

            await comes(lambda: shows("/", "1003"))
            await comes(lambda: shows("/", "1001"))
            assert not await shows("/failures", place)
            assert not await shows("/", "1002")


async def test_it_is_on_the_page_whoever_else_reads_it_in_the_process(
    disk: Disk,
    merchant: Driver,
    own: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.fetching.PAUSE_SECONDS", 0.2)
    bad, after = [product_set_aside("a-mug")], [product_set_aside("a-tee")]
    at, _ = await publish_together(disk.servers, bad, after, topic=FAILURES)
    other = build_probe(Probe(), own(NAME) | {"kafka_servers": disk.servers})

    async def shows(what: str) -> bool:
        return what in await page(merchant)

    with disk.damaged(at, RECORDS_AT, topic=FAILURES):
        async with running_together({NAME: other, "approval": merchant.service}):
            await comes(lambda: shows("approval cannot read on in failures.v1"))
            assert await shows(f"with it stand still: {NAME}")

            await press(merchant, "drop")

            await comes(lambda: shows("a-tee"))
            assert not await shows("a-mug")
