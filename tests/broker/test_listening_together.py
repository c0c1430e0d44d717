"""Services of one process read the stream once for all, and each applies it at its own pace."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from deploy.system import running_together
from tests.broker.conftest import OTHER
from tests.broker.stream import Stream, by_order, comes, committed, ends, open_stream
from tests.support.events import order_cancelled, order_received
from tests.support.probe import NAME, Probe, build_probe

Own = Callable[[str], dict[str, Any]]


async def test_a_slow_service_holds_up_none_and_keeps_its_place(
    stream: Stream, own: Own, name: str
) -> None:
    gate = asyncio.Event()
    slow, quick = Probe(gate=gate), Probe()
    events = [order_received(str(number)) for number in range(20)]
    marker = order_cancelled("1")
    services = {
        name: build_probe(slow, own(NAME), name),
        f"{name}-2": build_probe(quick, own(OTHER), f"{name}-2"),
    }
    async with open_stream(stream.servers, f"{name}-2") as second, running_together(services):
        await stream.publish(events[0])
        await slow.entered.wait()
        await stream.publish(*events[1:], marker)
        await second.has(*events, marker)

        assert stream.heard() == {}
        assert not await is_all_applied(stream, services)

        gate.set()
        await stream.has(*events, marker)
        await comes(lambda: is_all_applied(stream, services))

    assert stream.heard() == second.heard() == by_order([*events, marker])


async def test_a_service_that_joins_others_hears_what_they_have_heard(
    stream: Stream, own: Own, name: str
) -> None:
    events = [order_received(str(number)) for number in range(20)]
    async with running_together({name: build_probe(Probe(), own(NAME), name)}):
        await stream.publish(*events)
        await stream.has(*events)

    late = build_probe(Probe(), own(OTHER), f"{name}-2")
    again = build_probe(Probe(), own(NAME), name)
    async with (
        open_stream(stream.servers, f"{name}-2") as second,
        running_together({name: again, f"{name}-2": late}),
    ):
        await second.has(*events)

    assert stream.heard() == second.heard() == by_order(events)


async def is_all_applied(stream: Stream, names: Iterable[str]) -> bool:
    """Tell whether the services need nothing of the stream any more."""
    offsets = await committed(stream.servers, "+".join(sorted(names)))
    return (await ends(stream.servers)).items() <= offsets.items()
