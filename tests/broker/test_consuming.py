"""How a service hears from a real broker: nothing lost, nothing twice, whoever comes and goes."""

import asyncio

import httpx

from deploy.topics import ORDERS
from shared.cloudevents import Headers
from tests.broker.conftest import Build
from tests.broker.stream import (
    Stream,
    by_order,
    comes,
    comes_true,
    committed,
    ends,
    rewind,
)
from tests.support.events import order_cancelled, order_id, order_received
from tests.support.probe import Probe, ask_to_replay


async def test_offsets_are_committed_after_the_transaction(
    stream: Stream, build: Build, name: str
) -> None:
    probe, event = Probe(), order_received()
    probe.gate = asyncio.Event()
    async with build(probe).running():
        await stream.publish(event)
        await probe.entered.wait()

        before = await committed(stream.servers, name)
        probe.gate.set()
        await stream.has(event)

        async def all_committed() -> bool:
            offsets = await committed(stream.servers, name)
            return (await ends(stream.servers)).items() <= offsets.items()

        # Of failures that other tests left, some may have been read before.
        assert {ORDERS}.isdisjoint(place.topic for place in before)
        await comes(all_committed)


async def test_what_was_said_before_the_first_start_is_heard(stream: Stream, build: Build) -> None:
    events = [order_received(str(number)) for number in range(20)]
    await stream.publish(*events)

    async with build(Probe()).running():
        await stream.has(*events)


async def test_a_restart_goes_on_where_the_last_run_stopped(stream: Stream, build: Build) -> None:
    first = [order_received(str(number)) for number in range(50)]
    second = [order_cancelled(str(number)) for number in range(50)]
    probe = Probe()
    async with build(probe).running():
        await stream.publish(*first)
        await stream.has(*first)
    await stream.publish(*second)

    async with build(probe).running():
        await stream.has(*second)

    assert stream.heard() == by_order([*first, *second])


async def test_offsets_that_were_lost_double_nothing(
    stream: Stream, build: Build, name: str
) -> None:
    events, marker = [order_received(str(number)) for number in range(50)], order_cancelled("0")
    async with build(Probe()).running():
        await stream.publish(*events)
        await stream.has(*events)
    await rewind(stream.servers, name)

    async with build(Probe()).running():
        await stream.publish(marker)
        await stream.has(marker)

    assert stream.heard() == by_order([*events, marker])


async def test_members_that_come_and_go_lose_and_double_nothing(
    stream: Stream, build: Build
) -> None:
    orders = [str(number) for number in range(40)]
    rounds = [
        [order_received(each) if step % 2 else order_cancelled(each) for each in orders]
        for step in range(12)
    ]
    first, second = build(Probe()), build(Probe())

    async with second.running():
        async with first.running():
            for each in rounds[:8]:
                await stream.publish(*each)
            await comes_true(lambda: len(stream.echoes()) > len(orders))
        for each in rounds[8:]:
            await stream.publish(*each)
        await stream.has(*(event for each in rounds for event in each))

    assert stream.heard() == by_order([event for each in rounds for event in each])


async def test_a_poison_event_holds_back_its_order_until_replayed(
    stream: Stream, build: Build
) -> None:
    bad, behind, other = order_received("1"), order_cancelled("1"), order_received("2")
    probe = Probe(poison={bad.event_id})
    service = build(probe)
    async with service.running():
        await stream.publish(bad, behind, other)
        await stream.has(other)
        await stream.set_aside(bad.event_id, behind.event_id)
        held_back = stream.heard()

        probe.poison.clear()
        await ask_to_replay(service, order_id("1"))
        await stream.has(bad, behind)

    assert held_back == by_order([other])
    assert stream.heard() == by_order([bad, behind, other])


async def test_a_record_that_is_no_event_stops_nobody(stream: Stream, build: Build) -> None:
    event = order_received()
    typed: Headers = [("ce_type", b"OrderReceived"), ("ce_id", b"1")]
    async with build(Probe()).running():
        await stream.publish_raw(b"{", b"1", typed)
        await stream.publish_raw(None, b"2", [*typed, ("odd", None)])
        await stream.publish_raw(b"\xff", b"\xff\x00", [*typed, ("odd", b"\xff\x00")])
        await stream.publish(event)

        await stream.has(event)
        await comes_true(lambda: len(stream.dead()) == 3)


async def test_a_service_is_ready_once_it_hears(stream: Stream, build: Build) -> None:
    service = build(Probe())
    transport = httpx.ASGITransport(service.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as http:

        async def is_ready() -> bool:
            return (await http.get("/health/ready")).is_success

        async with service.running():
            await comes(is_ready)
