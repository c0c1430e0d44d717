"""How a service that is a process of its own ends: in good order, at the first signal."""

import signal
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

from deploy.chaos.programs import free_ports
from deploy.chaos.proxy import Proxy
from shared.running import CUT_SHORT
from tests.broker.processes import another_process, has_started
from tests.broker.stream import Stream, comes
from tests.support.events import order_received
from tests.support.probe import NAME


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_at_a_signal_a_service_ends_by_itself(
    stream: Stream, own: Callable[[str], dict[str, Any]], name: str, number: signal.Signals
) -> None:
    events = [order_received(str(each)) for each in range(20)]
    [port] = free_ports(1)
    settings = own(NAME) | {"port": str(port)}
    async with (
        another_process(name, settings) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):

        async def is_ready() -> bool:
            try:
                return (await http.get("/health/ready")).is_success
            except httpx.TransportError:
                return False

        await comes(is_ready)
        await stream.publish(*events)
        await stream.has(*events)

        process.send_signal(number)

        assert await process.wait() == 0


async def test_a_frozen_database_cuts_the_end_short(
    stream: Stream, own: Callable[[str], dict[str, Any]], name: str
) -> None:
    url = urlsplit(own(NAME)["database_url"])
    way = Proxy([url.port or 0])
    await way.open()
    through = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{way.port}"))
    settings = own(NAME) | {"database_url": urlunsplit(through)}
    async with another_process(name, settings) as process:
        await has_started(process)
        way.hold()
        await stream.publish(order_received("1"))

        process.send_signal(signal.SIGTERM)

        assert await process.wait() == CUT_SHORT
    await way.close()
