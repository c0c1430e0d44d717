"""The event stream as an operator reads it."""

from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from deploy.topics import ORDERS
from shared.cloudevents import Unreadable, decode, type_of
from shared.events import EVENTS, Event


async def tail(
    servers: str, *topics: str, from_start: bool = False
) -> AsyncIterator[tuple[ConsumerRecord, Event | None]]:
    """Give every record as it comes, with its event where it can be read. Joins no group."""
    consumer: Any = AIOKafkaConsumer(
        *(topics or (ORDERS,)),
        bootstrap_servers=servers,
        auto_offset_reset="earliest" if from_start else "latest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        async for record in consumer:
            yield record, readable(record)
    finally:
        await consumer.stop()


async def replay(servers: str, topic: str = ORDERS) -> AsyncIterator[tuple[ConsumerRecord, Event]]:
    """Give everything that is on the topic now, and end there."""
    consumer: Any = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    event = readable(record)
                    if event is not None:
                        yield record, event
    finally:
        await consumer.stop()


def readable(record: ConsumerRecord) -> Event | None:
    """Read the record; None when it is of no type that we know, or broken."""
    try:
        kind = type_of(record.headers)
        return decode(kind, record.value) if kind in EVENTS else None
    except Unreadable:
        return None
