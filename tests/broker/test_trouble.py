"""What is seen of a service that lives and cannot do its work."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.topics import ORDERS
from shared.complaints import PART
from shared.ending import Ending
from shared.service import Service
from tests.broker.conftest import Build
from tests.broker.member import leads
from tests.broker.stream import Stream, comes, comes_true, committed
from tests.support.brokers import own_kafka
from tests.support.databases import run
from tests.support.events import order_received
from tests.support.probe import NAME, Probe, build_probe


async def parts_of(service: Service) -> dict[str, str]:
    """Ask the service whether it is ready."""
    transport = httpx.ASGITransport(service.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        parts: dict[str, str] = (await http.get("/health/ready")).json()["parts"]
        return parts


async def test_a_service_that_cannot_publish_is_not_ready(
    stream: Stream, build: Build, database_url: str
) -> None:
    service = build(Probe())

    async def is_mute() -> bool:
        return (await parts_of(service))["outbox"] == "nothing is published: UndefinedTableError"

    async def is_well() -> bool:
        return set((await parts_of(service)).values()) == {"ok"}

    async with service.running():
        await comes(is_well)
        await run(database_url, f"ALTER TABLE {NAME}.outbox RENAME TO elsewhere")
        await comes(is_mute)

        await run(database_url, f"ALTER TABLE {NAME}.elsewhere RENAME TO outbox")

        await comes(is_well)
        event = order_received("1")
        await stream.publish(event)
        await stream.has(event)


async def test_a_broker_that_stands_still_is_named(
    own: Callable[[str], dict[str, Any]],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.broker.ANSWER_SECONDS", 0.5)
    async with own_kafka(tmp_path) as kafka:
        settings = own(NAME) | {"kafka_servers": kafka.servers, "kafka_session_seconds": 2.0}
        service = build_probe(Probe(), settings, name)
        async with service.running():
            await comes_true(lambda: state(service, ORDERS) == "ok")
            os.kill(kafka.pid, signal.SIGSTOP)
            try:
                await comes_true(lambda: "broker 1 does not answer" in state(service, ORDERS))
            finally:
                os.kill(kafka.pid, signal.SIGCONT)
            await comes_true(lambda: state(service, ORDERS) == "ok")


async def test_a_topic_that_is_not_there_is_named(stream: Stream, build: Build) -> None:
    service = build(Probe())
    async with service.running():
        await comes_true(lambda: state(service, ORDERS) == "ok")

        assert state(service, ORDERS, "orders.v0") == "there is no topic orders.v0"
    assert stream.dead() == []


def state(service: Service, *topics: str) -> str:
    assert service.subscription is not None
    return service.subscription.state_of(topics)


async def test_a_reader_that_fails_ends_the_process_and_commits_nothing(
    stream: Stream, build: Build, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, ending = build(Probe()), Ending()

    def fail(_item: Any) -> bool:
        raise ValueError("a fault of ours")

    async with service.running(ending):
        await comes_true(lambda: leads(service))
        first, second = order_received("1"), order_received("1")
        with monkeypatch.context() as broken:
            broken.setattr(service.consumer, "hears", fail)
            await stream.publish(first)
            await comes_true(lambda: ending.died == [PART])
        await stream.publish(second)

    assert ending.cut_short == []
    # Of failures that other tests left, some may have been read before.
    assert {ORDERS}.isdisjoint(each.topic for each in await committed(stream.servers, name))
    async with build(Probe()).running():
        await stream.has(first, second)
