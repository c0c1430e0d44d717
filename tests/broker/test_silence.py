"""A database that is heard of no more on the connections of now, though it answers on new ones."""

import socket
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.chaos.proxy import Proxy
from tests.broker.member import leads
from tests.broker.stream import Stream, by_order, comes_true
from tests.support.events import order_received
from tests.support.probe import NAME, Probe, build_probe

STATEMENT_SECONDS = 2.0
IDLE_SECONDS = 1.5

Own = Callable[[str], dict[str, Any]]


@pytest.fixture
async def way(database_url: str) -> AsyncIterator[Proxy]:
    """Give the way to the database."""
    port = urlsplit(database_url).port
    assert port is not None
    proxy = Proxy([port])
    await proxy.open()
    yield proxy
    await proxy.close()


def by_way_of(way: Proxy, url: str) -> str:
    """Give the address of the database by this way."""
    parts = urlsplit(url)
    place = f"{parts.username}:{parts.password}@127.0.0.1:{way.port}"
    return urlunsplit(parts._replace(netloc=place))


@pytest.mark.parametrize("answers_only", [False, True])
async def test_a_service_works_again_and_loses_nothing(
    stream: Stream,
    own: Own,
    name: str,
    way: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    *,
    answers_only: bool,
) -> None:
    monkeypatch.setattr("shared.pooling.STATEMENT_SECONDS_MAX", STATEMENT_SECONDS)
    monkeypatch.setattr("shared.relay.STILL_SECONDS_MAX", IDLE_SECONDS)
    settings = own(NAME)
    settings["database_url"] = by_way_of(way, settings["database_url"])
    service = build_probe(Probe(), settings, name)
    service.database.silent_seconds_max = IDLE_SECONDS
    events = [order_received(str(number % 3)) for number in range(30)]
    async with service.running():
        await comes_true(lambda: leads(service))
        await stream.publish(*events[:10])
        await stream.has(*events[:10])

        way.silence(answers_only=answers_only)
        await stream.publish(*events[10:])

        await stream.has(*events)
    assert stream.heard() == by_order(events)


async def test_the_kernel_watches_every_connection(own: Own, name: str) -> None:
    service = build_probe(Probe(), own(NAME), name)
    async with service.open(), service.database.transaction() as transaction:
        lent: Any = transaction._connection
        sock = lent._con._transport.get_extra_info("socket")

        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 2
        seconds = await transaction.fetchval("SHOW tcp_user_timeout")
        assert seconds == "10000"
