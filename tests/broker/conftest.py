"""A small service on a real Kafka and a real Postgres."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest

from deploy.embedded import Stack
from deploy.topics import create_topics
from shared.service import Service
from tests.broker.stream import Stream, clear, open_stream
from tests.support.brokers import own_kafka
from tests.support.probe import NAME, Probe, build_probe

Build = Callable[[Probe], Service]
OTHER = "catalog"
"""Whose role and schema a second service borrows."""


@pytest.fixture(scope="session")
async def servers(stack: Stack) -> str:
    """Give the address of a broker that has our topics."""
    await create_topics(stack.kafka_servers)
    return stack.kafka_servers


@pytest.fixture(scope="package")
async def own_broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Give the address of a broker of its own, with our topics."""
    async with own_kafka(tmp_path_factory.mktemp("broker")) as kafka:
        yield kafka.servers


@pytest.fixture
def services() -> tuple[str, ...]:
    return (NAME, OTHER)


@pytest.fixture
def name() -> str:
    """Give a name that no other test's service has, nor its consumer group."""
    return f"probe-{uuid4().hex[:12]}"


@pytest.fixture
async def stream(servers: str, name: str) -> AsyncIterator[Stream]:
    """Give the stream, empty."""
    await clear(servers)
    async with open_stream(servers, name) as opened:
        yield opened
    await clear(servers)


@pytest.fixture
def build(own: Callable[[str], dict[str, Any]], name: str) -> Build:
    """Give how a member of the service is built, each around a probe of its own."""
    return lambda probe: build_probe(probe, own(NAME), name)
