"""What becomes of a service whose topic is deleted, and made again."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from deploy.roles import SERVICES
from deploy.topics import FAILURES, ORDERS, create_topics
from shared.complaints import Complaints
from shared.fetching import Fetching
from shared.progress import Progress
from shared.service import Service
from shared.standing import Standing
from tests.broker.stream import (
    administering,
    comes_true,
    committed,
    delete_topic,
    ends,
    open_stream,
)
from tests.broker.test_relaying import say
from tests.support.brokers import own_kafka
from tests.support.events import order_received
from tests.support.failures import retry
from tests.support.probe import NAME, Probe, build_probe

Own = Callable[[str], dict[str, Any]]


def state(service: Service, *topics: str) -> str:
    assert service.subscription is not None
    return service.subscription.state_of(topics)


async def test_a_topic_made_again_is_heard_and_spoken_on(
    own_broker: str, own: Own, name: str
) -> None:
    service = build_probe(Probe(), own(NAME) | {"kafka_servers": own_broker}, name)
    before, during, after = (order_received(each) for each in ("1", "2", "3"))
    async with service.running():
        async with open_stream(own_broker, name) as stream:
            await stream.publish(before)
            await stream.has(before)
        await delete_topic(own_broker, ORDERS)
        await comes_true(lambda: state(service, ORDERS) == f"there is no topic {ORDERS}")
        await say(service, during)
        await comes_true(lambda: f"there is no topic {ORDERS}" in service.relay.state)

        await create_topics(own_broker)
        async with open_stream(own_broker, name) as stream:
            await stream.publish(after)
            await stream.has(during, after)
            await comes_true(lambda: service.relay.state == "ok")
            await comes_true(lambda: state(service, ORDERS) == "ok")
    # Not how far the old one was read: what comes next would be skipped.
    written = await ends(own_broker)
    assert {
        place: at
        for place, at in (await committed(own_broker, name)).items()
        if place.topic == ORDERS and at > written.get(place, 0)
    } == {}


async def test_a_topic_that_is_gone_keeps_no_other_from_being_heard(
    own_broker: str, own: Own, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.broker.COMMIT_SECONDS", 60.0)
    service = build_probe(Probe(), own(NAME) | {"kafka_servers": own_broker}, name)
    before, after = order_received("1"), order_received("2")
    async with service.running(), open_stream(own_broker, name) as stream:
        await stream.publish(retry("none"), before)
        await stream.has(before)
        await comes_true(lambda: has_heard(service, "FailureRetryRequested"))
        await delete_topic(own_broker, FAILURES)
        await comes_true(lambda: state(service, FAILURES) == f"there is no topic {FAILURES}")

        await stream.publish(after)
        await stream.has(after)


async def test_a_reader_is_not_told_to_ask_again_once_there_are_topics(tmp_path: Path) -> None:
    async with own_kafka(tmp_path) as kafka, administering(kafka.servers) as admin:
        found = [await admin.find_coordinator(service) for service in SERVICES]

    assert set(found) == {found[0]}


def has_heard(service: Service, type_: str) -> bool:
    """Tell whether the service has applied an event of this type."""
    counted = service.metrics.registry.get_sample_value(
        "platen_events_heard_total", {"type": type_}
    )
    return bool(counted)


async def test_a_topic_made_again_is_not_told_how_far_the_old_one_was_read(
    own_broker: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.progress.COMMIT_SECONDS_MAX", 60.0)
    await create_topics(own_broker)
    consumer: Any = AIOKafkaConsumer(ORDERS, bootstrap_servers=own_broker, group_id=name)
    await consumer.start()
    try:
        await comes_true(lambda: len(consumer.assignment()) > 0)
        consumer.pause(*consumer.assignment())  # it is not to find out by itself
        progress = Progress([], Fetching(unasked, Complaints(), Standing([])))
        progress.consumer = consumer
        progress.note([SimpleNamespace(topic=ORDERS, partition=0, offset=9)])
        await delete_topic(own_broker, ORDERS)

        committing = asyncio.create_task(progress.commit())
        await asyncio.wait([committing], timeout=2)
        await create_topics(own_broker)
        await committing

        assert await committed(own_broker, name) == {}
    finally:
        await consumer.stop()


async def unasked(_: object) -> None:
    raise AssertionError("nothing is fetched here")
