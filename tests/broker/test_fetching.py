"""What a service reads of the stream besides the ordinary: what is gone, and what is packed."""

from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.topics import ORDERS
from shared.cloudevents import encode
from tests.broker.conftest import Build
from tests.broker.stream import Stream, clear, comes, committed, ends
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
