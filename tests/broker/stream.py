"""The stream as these tests use it: they write what services hear, and read what they say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from deploy.topics import ORDERS
from shared.cloudevents import Headers, decode, encode, type_of
from shared.events import Event, StorefrontUpdateRequested
from shared.patience import until

LONG_SECONDS = 120.0


class Stream:
    """Reads everything on the orders' topic from its start, and one topic of dead letters."""

    def __init__(self, servers: str, service: str, producer: Any, consumer: Any) -> None:
        self.servers = servers
        self.letters = letters_of(service)
        self.records: list[ConsumerRecord] = []
        self._source = f"/platen/{service}".encode()
        self._producer = producer
        self._consumer = consumer

    async def publish(self, *events: Event) -> None:
        """Write the events as another service would, and wait until they are on the topic."""
        for event in events:
            message = encode(event, "ingest")
            headers = [(name, value.encode()) for name, value in message.headers]
            await self._producer.send(
                message.topic, value=message.value, key=message.key.encode(), headers=headers
            )
        await self._producer.flush()

    async def publish_raw(self, value: bytes | None, key: bytes | None, headers: Headers) -> None:
        """Write a record, whatever it is."""
        await self._producer.send(ORDERS, value=value, key=key, headers=headers)

    async def read(self) -> None:
        """Read on for ever."""
        async for record in self._consumer:
            self.records.append(record)

    def echoes(self) -> list[StorefrontUpdateRequested]:
        """Give what the service has said so far, in order within each order."""
        said = [
            decode(type_of(record.headers), record.value)
            for record in self.records
            if record.topic == ORDERS and ("ce_source", self._source) in record.headers
        ]
        return [event for event in said if isinstance(event, StorefrontUpdateRequested)]

    def dead(self) -> list[dict[str, str]]:
        """Give the headers of the dead letters so far."""
        return [
            {name: (value or b"").decode() for name, value in record.headers}
            for record in self.records
            if record.topic == self.letters
        ]

    async def has(self, *events: Event) -> None:
        """Wait until the service has said each of these back."""
        wanted = {event.event_id for event in events}
        await comes_true(lambda: wanted <= {each.shipment_id for each in self.echoes()})

    async def set_aside(self, *event_ids: str) -> None:
        """Wait until the service has told that each of these is set aside."""
        wanted = set(event_ids)
        await comes_true(lambda: wanted <= {each["ce_id"] for each in self.dead()})

    def heard(self) -> dict[str, list[str]]:
        """Give what was heard of each order, in order; what was said twice under one id is once."""
        said = {each.event_id: each for each in self.echoes()}
        lives: dict[str, list[str]] = {}
        for each in said.values():
            lives.setdefault(each.order_id, []).append(each.shipment_id)
        return lives


@asynccontextmanager
async def open_stream(servers: str, service: str) -> AsyncIterator[Stream]:
    """Give the service its topic of dead letters, and read along."""
    async with administering(servers) as admin:
        await admin.create_topics([NewTopic(letters_of(service), 1, 1)])
    producer = AIOKafkaProducer(bootstrap_servers=servers, linger_ms=2)
    consumer: Any = AIOKafkaConsumer(
        ORDERS,
        letters_of(service),
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await producer.start()
    await consumer.start()
    stream = Stream(servers, service, producer, consumer)
    reading = asyncio.create_task(stream.read())
    try:
        yield stream
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await consumer.stop()
        await producer.stop()
        async with administering(servers) as admin:
            await admin.delete_topics([letters_of(service)])


@asynccontextmanager
async def administering(servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a client for what only operators do."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def delete_topic(servers: str, topic: str) -> None:
    """Delete a topic, and wait until the broker takes nothing for it any more."""
    async with administering(servers) as admin:
        await admin.delete_topics([topic])

        async def is_gone() -> bool:
            [told] = await admin.describe_topics([topic])
            return bool(told["error_code"])

        await comes(is_gone)


def letters_of(service: str) -> str:
    """Name the service's topic of dead letters."""
    return f"{ORDERS}-{service}-dlt"


async def partitions_of(admin: AIOKafkaAdminClient) -> list[TopicPartition]:
    """Give the partitions of the orders' topic."""
    [topic] = await admin.describe_topics([ORDERS])
    return [TopicPartition(ORDERS, each["partition"]) for each in topic["partitions"]]


async def ends(servers: str) -> dict[TopicPartition, int]:
    """Tell how much is on each partition that is not empty."""
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=servers)
    await consumer.start()
    try:
        async with administering(servers) as admin:
            partitions = await partitions_of(admin)
        starts = await consumer.beginning_offsets(partitions)
        found = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
    return {place: end for place, end in found.items() if end > starts[place]}


async def committed(servers: str, service: str) -> dict[TopicPartition, int]:
    """Tell how far the service has got, as the broker knows it."""
    async with administering(servers) as admin:
        offsets = await admin.list_consumer_group_offsets(service)
    return {place: each.offset for place, each in offsets.items() if each.offset >= 0}


async def rewind(servers: str, service: str) -> None:
    """Make the broker forget how far the service has got; it must not be running."""
    consumer: Any = AIOKafkaConsumer(
        bootstrap_servers=servers, group_id=service, enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = list(await committed(servers, service))
        consumer.assign(places)
        await consumer.commit(await consumer.beginning_offsets(places))
    finally:
        await consumer.stop()


async def clear(servers: str) -> None:
    """Empty the orders' topic, so that one test's events are not another's."""
    places = await ends(servers)
    if places:
        async with administering(servers) as admin:
            await admin.delete_records(
                {place: RecordsToDelete(before_offset=end) for place, end in places.items()}
            )


async def comes_true(claim: Callable[[], bool], *, within: float = LONG_SECONDS) -> None:
    """Wait until a claim comes true; raises TimeoutError when it does not in time."""

    async def ask() -> bool:
        return claim()

    await comes(ask, within=within)


async def comes(ask: Callable[[], Awaitable[bool]], *, within: float = LONG_SECONDS) -> None:
    """Ask until the answer is yes; raises TimeoutError when it is not in time."""
    async with asyncio.timeout(within):
        await until(ask, every_seconds=0.02)


def by_order(events: Sequence[Event]) -> dict[str, list[str]]:
    """Give what was written of each order, in order."""
    lives: dict[str, list[str]] = {}
    for event in events:
        lives.setdefault(event.key, []).append(event.event_id)
    return lives
