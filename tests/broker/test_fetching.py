"""What a service reads of the stream besides the ordinary: what is gone, and what is packed."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError

from deploy.topics import ORDERS
from shared.broker import NOWHERE
from shared.cloudevents import encode
from shared.complaints import Complaints
from shared.fetching import Fetching
from shared.standing import Standing
from tests.broker.conftest import Build
from tests.broker.stream import Stream, clear, comes, comes_true, committed, ends
from tests.broker.test_trouble import state
from tests.support.events import order_received
from tests.support.probe import Probe

PACKED = 300


async def test_what_the_stream_has_forgotten_is_passed_over(stream: Stream, build: Build) -> None:
    before, gone, after = (order_received(each) for each in ("1", "2", "3"))
    probe = Probe()
    async with build(probe).running():
        await stream.publish(before)
        await stream.has(before)
    await stream.publish(gone)
    await clear(stream.servers)
    await stream.publish(after)

    async with build(probe).running():
        await stream.has(after)

    assert [each.shipment_id for each in stream.echoes()] == [before.event_id, after.event_id]


async def test_a_place_beyond_the_end_is_left_for_the_beginning(
    stream: Stream, build: Build, name: str
) -> None:
    await place(stream.servers, name, at=1_000_000)
    event = order_received()
    await stream.publish(event)

    async with build(Probe()).running():
        await stream.has(event)

        async def is_committed() -> bool:
            return (await ends(stream.servers)).items() <= (
                await committed(stream.servers, name)
            ).items()

        await comes(is_committed)


async def test_packed_batches_are_read_to_their_last_event(stream: Stream, build: Build) -> None:
    events = [order_received(str(number)) for number in range(PACKED)]
    producer = AIOKafkaProducer(
        bootstrap_servers=stream.servers, compression_type="gzip", linger_ms=50
    )
    await producer.start()
    for event in events:
        message = encode(event, "ingest")
        headers = [(name, value.encode()) for name, value in message.headers]
        await producer.send(ORDERS, message.value, message.key.encode(), headers=headers)
    await producer.stop()

    async with build(Probe()).running():
        await stream.has(*events)


async def place(servers: str, group: str, *, at: int) -> None:
    """Put a group, which must not be running, at an offset of the orders' first partition."""
    consumer: Any = AIOKafkaConsumer(
        bootstrap_servers=servers, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(ORDERS, 0), TopicPartition(ORDERS, 1)])
        await consumer.commit({TopicPartition(ORDERS, 0): at, TopicPartition(ORDERS, 1): at})
    finally:
        await consumer.stop()


async def test_a_place_that_cannot_be_found_is_looked_for_again(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, failures = AIOKafkaConsumer.position, iter(range(2))

    async def fail_at_first(consumer: Any, partition: TopicPartition) -> Any:
        if next(failures, None) is not None:
            raise GroupAuthorizationFailedError("probe")
        return await find(consumer, partition)

    monkeypatch.setattr(AIOKafkaConsumer, "position", fail_at_first)
    events = [order_received(str(number)) for number in range(10)]
    await stream.publish(*events)

    async with build(Probe()).running():
        await stream.has(*events)


async def test_a_reader_that_has_ended_looks_for_no_place(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = asyncio.Event()

    async def look_for_ever(*_: Any) -> None:
        looking.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(AIOKafkaConsumer, "position", look_for_ever)
    async with build(Probe()).running():
        await looking.wait()

    assert [task for task in asyncio.all_tasks() if "Fetching" in repr(task.get_coro())] == []


async def test_a_service_that_ends_reads_nothing_more(stream: Stream, build: Build) -> None:
    probe = Probe(gate=asyncio.Event())
    service = build(probe)
    assert probe.gate is not None
    event = order_received("1")
    async with asyncio.TaskGroup() as tasks, service.running():
        await stream.publish(event)
        await probe.entered.wait()
        subscription = service.subscription
        assert subscription is not None
        assert subscription.state_of([ORDERS]) == "ok"
        tasks.create_task(let_go(probe.gate, lambda: subscription.state_of([]) == NOWHERE))


async def let_go(gate: asyncio.Event, come: Callable[[], bool]) -> None:
    try:
        await comes_true(come)
    finally:
        gate.set()


async def test_places_are_given_up_before_they_are_looked_for(servers: str) -> None:
    async def give(*_: Any) -> None:
        """Nothing is given to it."""

    consumer: Any = AIOKafkaConsumer(bootstrap_servers=servers)
    consumer.assign([TopicPartition(ORDERS, 0)])
    fetching = Fetching(give, Complaints(), Standing([]))

    fetching.open(consumer)
    fetching.close()

    await consumer.stop()


async def test_what_waits_for_room_is_not_taken_for_stalled(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.listener.WAITING_MAX", 0)
    gate = asyncio.Event()
    probe = Probe(gate=gate)
    service, first, later = build(probe), order_received("1"), order_received("2")

    async with service.running():
        subscription: Any = service.subscription
        await stream.publish(first)
        await probe.entered.wait()
        await stream.publish(later)
        for _ in range(3):
            await subscription._stalls.look(subscription._subscriber.consumer.end_offsets)
        assert state(service, ORDERS) == "ok"

        gate.set()
        await stream.has(first, later)
