"""What becomes of promises that the broker does not take, and of all others meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.topics import CATALOG, FAILURES, create_topics
from shared import outbox
from shared.cloudevents import decode, type_of
from shared.events import Event, FailureEnded, FailureFound, ProductPublished
from shared.relay import BATCH_MAX
from shared.service import Service
from tests.broker.stream import administering, comes_true, delete_topic, open_stream
from tests.broker.test_relaying import say
from tests.support.events import order_received, product_published
from tests.support.failures import retry
from tests.support.probe import NAME, Probe, build_probe

TAKEN_BYTES = 50_000

Own = Callable[[str], dict[str, Any]]


@pytest.fixture
async def service(own_broker: str, own: Own, name: str) -> Service:
    """Give a service on the broker whose topics these tests spoil."""
    await create_topics(own_broker)
    return build_probe(Probe(), own(NAME) | {"kafka_servers": own_broker}, name)


async def limit_catalog(servers: str, bytes_max: int) -> None:
    """Have the broker take no larger batches on the topic of products."""
    async with administering(servers) as admin:
        limits = {"max.message.bytes": str(bytes_max)}
        await admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, CATALOG, configs=limits)]
        )


async def promise(service: Service, *events: Event) -> None:
    async with service.database.transaction() as transaction:
        await outbox.add(transaction, events)


def products(count: int, product_id: str = "tee", size: int = 100) -> list[ProductPublished]:
    return [
        product_published(product_id=product_id, template={"note": "x" * size})
        for _ in range(count)
    ]


@asynccontextmanager
async def catalog(servers: str) -> AsyncIterator[list[str]]:
    """Read along what is said of products, by its ids."""
    async with following(servers, CATALOG, lambda event: event.event_id) as said:
        yield said


@asynccontextmanager
async def following(
    servers: str, topic: str, read_one: Callable[[Event], str]
) -> AsyncIterator[list[str]]:
    """Read along what is said on a topic."""
    said: list[str] = []
    consumer: Any = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest")

    async def read() -> None:
        while True:
            record = await consumer.getone()
            said.append(read_one(decode(type_of(record.headers), record.value)))

    await consumer.start()
    reading = asyncio.create_task(read())
    try:
        yield said
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await consumer.stop()


def first_times(said: Sequence[str], events: Sequence[Event]) -> list[str]:
    """Give which of the events were said, in the order of their first time."""
    ours = {event.event_id for event in events}
    return [event_id for event_id in dict.fromkeys(said) if event_id in ours]


def ids(events: Sequence[Event]) -> list[str]:
    return [event.event_id for event in events]


async def test_a_missing_topic_holds_up_what_is_said_on_it_alone(
    own_broker: str, service: Service, name: str
) -> None:
    before, after = products(BATCH_MAX + 100), products(10)
    orders = [order_received(str(number)) for number in range(40)]
    async with service.running(), open_stream(own_broker, name) as stream:
        await promise(service, *products(1))
        await say(service, orders[0])
        await stream.has(orders[0])
        await delete_topic(own_broker, CATALOG)

        await promise(service, *before)
        await say(service, *orders[1:])
        await stream.has(*orders)
        await comes_true(lambda: f"there is no topic {CATALOG}" in service.relay.state)
        assert "platen migrate" in service.relay.state

        await promise(service, *after)
        await create_topics(own_broker)
        async with catalog(own_broker) as said:
            await comes_true(lambda: set(ids(before + after)) <= set(said))
        await comes_true(lambda: service.relay.state == "ok")
    assert first_times(said, before + after) == ids(before + after)


async def test_what_a_dead_process_held_is_published_by_the_next(
    own_broker: str, service: Service, own: Own, name: str
) -> None:
    await delete_topic(own_broker, CATALOG)
    held, later = products(3), products(3)
    async with service.running():
        await promise(service, *held)
        await comes_true(lambda: CATALOG in service.relay.state)
    await create_topics(own_broker)

    other = build_probe(Probe(), own(NAME) | {"kafka_servers": own_broker}, name)
    async with other.running(), catalog(own_broker) as said:
        await promise(other, *later)
        await comes_true(lambda: set(ids(held + later)) <= set(said))
        await comes_true(lambda: other.relay.state == "ok")

    assert first_times(said, held + later) == ids(held + later)


async def test_a_promise_that_is_refused_holds_up_its_key_alone(
    own_broker: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.holding.REFUSED_SECONDS", 0.5)
    await limit_catalog(own_broker, TAKEN_BYTES)
    small = products(20, "mug", TAKEN_BYTES // 10)
    huge, behind = products(1, "tee", 2 * TAKEN_BYTES), products(3, "tee")
    async with service.running(), catalog(own_broker) as said:
        await promise(service, *small[:10], *huge, *behind, *small[10:])
        await comes_true(lambda: set(ids(small)) <= set(said))
        await comes_true(lambda: "does not take ProductPublished" in service.relay.state)
        assert "of tee (MessageSizeTooLargeError): raise max.message.bytes" in service.relay.state
        assert not set(ids(huge + behind)) & set(said)
        later = products(2, "mug")
        await promise(service, *later)
        await comes_true(lambda: set(ids(later)) <= set(said))

        await limit_catalog(own_broker, 4 * TAKEN_BYTES)
        await comes_true(lambda: set(ids(huge + behind)) <= set(said))
        await comes_true(lambda: service.relay.state == "ok")

    assert first_times(said, huge + behind) == ids(huge + behind)
    assert first_times(said, small + later) == ids(small + later)


async def test_a_person_is_told_of_what_is_held_and_has_it_tried_again(
    own_broker: str, service: Service
) -> None:
    def read(event: Event) -> str:
        of_size = isinstance(event, FailureFound) and "max.message.bytes" in event.reason
        return f"{type(event).__name__} {event.key}{' for its size' * of_size}"

    tee = f"{service.name}/held_promise/{CATALOG}/tee"
    found, ended = f"FailureFound {tee} for its size", f"FailureEnded {tee}"
    wish = retry(f"{CATALOG}/tee", service=service.name, kind="held_promise")
    await limit_catalog(own_broker, TAKEN_BYTES)
    async with service.running(), following(own_broker, FAILURES, read) as told:
        await promise(service, *products(1, "tee", 2 * TAKEN_BYTES))
        await comes_true(lambda: told.count(found) == 1)
        await promise(service, wish)
        await comes_true(lambda: told.count(found) == 2)
        assert ended not in told

        await limit_catalog(own_broker, 4 * TAKEN_BYTES)
        await promise(service, wish.model_copy(update={"event_id": str(uuid4())}))
        await comes_true(lambda: told.count(ended) == 1)
        await comes_true(lambda: service.relay.state == "ok")


async def test_who_leads_next_ends_what_was_told(
    own_broker: str, service: Service, own: Own, name: str
) -> None:
    topic = f"{name}/held_promise/{CATALOG}"
    await delete_topic(own_broker, CATALOG)
    async with following(own_broker, FAILURES, lambda event: f"{type(event)} {event.key}") as told:
        async with service.running():
            await promise(service, *products(3))
            await comes_true(lambda: told.count(f"{FailureFound} {topic}") == 1)
        await create_topics(own_broker)

        other = build_probe(Probe(), own(NAME) | {"kafka_servers": own_broker}, name)
        async with other.running():
            await comes_true(lambda: told.count(f"{FailureEnded} {topic}") == 1)
    assert told.count(f"{FailureFound} {topic}") == 1
