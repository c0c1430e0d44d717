"""A listener applies at once what somebody waits for, and gathers the rest for a while."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.events import Event, OrderCancelled, OrderReceived, OrderWithdrawn
from shared.gathering import GATHER_SECONDS
from shared.hearing import read
from shared.listener import Listener
from shared.patience import until
from shared.service import Service
from tests.support.events import order_cancelled, order_received, order_withdrawn
from tests.support.probe import NAME, Probe, ProbeDriver, build_probe, heard
from tests.support.service import as_record, driving


def build_leisurely(probe: Probe, settings: dict[str, Any]) -> Service:
    """Build the probe for which a cancellation is nothing to hurry for."""
    service = build_probe(probe, settings)
    service.hears(OrderReceived, probe.echo)
    service.hears(OrderCancelled, probe.echo, leisure=GATHER_SECONDS)
    return service


@pytest.fixture
async def service(own: Callable[[str], dict[str, Any]], probe: Probe) -> AsyncIterator[ProbeDriver]:
    """Give a service that says back what it heard."""
    async with driving(build_leisurely(probe, own(NAME))) as driver:
        yield ProbeDriver(driver.service, driver.http)


@asynccontextmanager
async def listening(service: Service) -> AsyncIterator[Listener]:
    """Give the service's listener, at work."""
    listener = Listener(NAME, service.consumer, frozenset(service.topics))
    task = asyncio.create_task(listener.listen())
    try:
        yield listener
    finally:
        listener.stop()
        await task


def put(listener: Listener, events: Sequence[Event]) -> None:
    listener.put(read([as_record(event) for event in events], listener.types))


async def wait_for_batches(service: ProbeDriver, events: Sequence[Event]) -> list[str]:
    """Give what was heard, once that is as much as these events."""
    found: list[str] = []

    async def are_heard() -> bool:
        found.extend(heard(await service.says()))
        return len(found) >= len(events)

    async with asyncio.timeout(60):
        await until(are_heard, every_seconds=0.02)
    return found


async def test_what_can_wait_is_applied_in_the_end(service: ProbeDriver) -> None:
    async with listening(service.service) as listener:
        events = [order_cancelled(str(number)) for number in range(3)]
        put(listener, events)

        found = await wait_for_batches(service, events)

        async def has_noted() -> bool:
            return not list(listener.waiting())

        await until(has_noted)
        assert found == [event.event_id for event in events]


async def test_it_is_gathered_into_one_batch(service: ProbeDriver, probe: Probe) -> None:
    async with listening(service.service) as listener:
        events = [order_cancelled(str(number)) for number in range(3)]
        started = asyncio.get_running_loop().time()
        for event in events:
            put(listener, [event])
            await asyncio.sleep(0)
        await wait_for_batches(service, events)

        assert asyncio.get_running_loop().time() - started >= GATHER_SECONDS
        assert probe.calls == {"OrderCancelled": 1}


async def test_who_hurries_does_not_wait_for_it(service: ProbeDriver, probe: Probe) -> None:
    probe.gate = asyncio.Event()
    async with listening(service.service) as listener:
        put(listener, [order_cancelled("1")])
        put(listener, [order_received("2")])

        await probe.entered.wait()

        assert probe.calls == {"OrderReceived": 1}
        assert len(list(listener.waiting())) == 2
        probe.gate.set()


async def test_all_goes_with_what_can_wait_least(service: ProbeDriver, probe: Probe) -> None:
    service.service.hears(OrderCancelled, probe.echo, leisure=3600)
    service.service.hears(OrderWithdrawn, probe.echo, leisure=0.01)
    async with listening(service.service) as listener:
        cancelled, withdrawn = order_cancelled("1"), order_withdrawn("1")
        put(listener, [cancelled])
        put(listener, [withdrawn])

        found = await wait_for_batches(service, [cancelled, withdrawn])

        assert found == [cancelled.event_id, withdrawn.event_id]


async def test_an_order_in_a_hurry_takes_its_own_along(service: ProbeDriver) -> None:
    async with listening(service.service) as listener:
        cancelled, received = order_cancelled("1"), order_received("1")
        put(listener, [cancelled, received])

        found = await wait_for_batches(service, [cancelled, received])

        assert found == [cancelled.event_id, received.event_id]


async def test_what_waits_at_the_end_is_left_to_the_next(service: ProbeDriver) -> None:
    async with listening(service.service) as listener:
        put(listener, [order_cancelled("1")])

    assert len(list(listener.waiting())) == 1
    assert await service.says() == []
