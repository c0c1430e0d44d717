"""A broker whose disk may be damaged, and a small service that reads from it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from shared.service import Service
from tests.broker.stream import Stream, clear, open_stream
from tests.support.brokers import own_kafka
from tests.support.damaging import Disk
from tests.support.probe import NAME, Probe, build_probe


@pytest.fixture(scope="package")
async def disk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Disk]:
    folder = tmp_path_factory.mktemp("damaged")
    async with own_kafka(folder) as kafka:
        yield Disk(kafka.servers, folder / "kafka" / "data")


@pytest.fixture
async def stream(disk: Disk, name: str) -> AsyncIterator[Stream]:
    async with open_stream(disk.servers, name) as opened:
        yield opened
    await clear(disk.servers)


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.fetching.PAUSE_SECONDS", 0.1)


@pytest.fixture
def build(own: Callable[[str], dict[str, Any]], name: str, disk: Disk) -> Callable[[], Service]:
    settings = own(NAME) | {"kafka_servers": disk.servers}
    return lambda: build_probe(Probe(), settings, name)
