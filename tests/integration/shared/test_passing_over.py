"""How far a partition is read where something of it is passed over."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from deploy.topics import ORDERS
from shared.broker import Subscription
from shared.cloudevents import encode
from shared.ending import Ending
from shared.listener import Listener
from tests.integration.shared.test_unread_news import PLACE, meet, skip
from tests.support.events import order_received
from tests.support.probe import NAME, ProbeDriver

NOWHERE = "127.0.0.1:1"
LONG_ENOUGH_SECONDS = 0.5
OTHER, DAMAGED = TopicPartition(ORDERS, 1), TopicPartition(ORDERS, PLACE.partition)


def records(place: TopicPartition, offsets: Sequence[int]) -> list[Any]:
    message = encode(order_received("1"), "ingest")
    headers = [(name, value.encode()) for name, value in message.headers]
    return [
        ConsumerRecord(*place, offset, 0, 0, b"1", message.value, None, 1, 0, headers)
        for offset in offsets
    ]


async def test_what_waits_to_be_given_to_services_is_not_passed_over(
    service: ProbeDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.broker.BATCH_MAX", 2)
    monkeypatch.setattr("shared.listener.WAITING_MAX", 1)
    listener = Listener(NAME, service.service.consumer, frozenset([ORDERS]))
    subscription = Subscription(NOWHERE, NAME, [listener], Ending(), session_seconds=6.0)
    await meet(service)
    await skip(service)

    read = records(OTHER, range(2)) + records(DAMAGED, range(15, PLACE.offset))
    giving = asyncio.create_task(subscription._hand_out(read))
    passing = asyncio.create_task(subscription._fetching._stand(PLACE))
    await asyncio.wait([giving, passing], timeout=LONG_ENOUGH_SECONDS)

    assert subscription._progress.applied() == {OTHER: 0}
    listener.stop()  # it waits for no room any more
    await asyncio.gather(giving, passing)
    assert subscription._progress.applied() == {OTHER: 0, DAMAGED: 15}
