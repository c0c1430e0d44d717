"""What is read is given to the listeners in its order, whoever has to wait for room."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from deploy.topics import ORDERS
from shared.broker import Subscription
from shared.cloudevents import encode
from shared.consumer import Consumer
from shared.database import Database
from shared.ending import Ending
from shared.events import OrderReceived
from shared.listener import Listener
from shared.metrics import Metrics
from tests.support.events import order_received
from tests.support.probe import Probe

NOWHERE = "127.0.0.1:1"


@pytest.fixture
def listener() -> Listener:
    database = Database(f"postgresql://{NOWHERE}/none", "probe")
    consumer = Consumer(database, {OrderReceived.__name__: Probe().echo}, Metrics())
    return Listener("probe", consumer, frozenset([ORDERS]))


def records(offsets: Sequence[int]) -> list[Any]:
    message = encode(order_received("1"), "ingest")
    headers = [(name, value.encode()) for name, value in message.headers]
    return [
        ConsumerRecord(ORDERS, 0, offset, 0, 0, b"1", message.value, None, 1, 0, headers)
        for offset in offsets
    ]


async def test_an_answer_is_given_whole_before_the_next(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.broker.BATCH_MAX", 2)
    monkeypatch.setattr("shared.listener.WAITING_MAX", 2)
    subscription = Subscription(NOWHERE, "probe", [listener], Ending(), session_seconds=6.0)
    answers = records(range(6)), records(range(6, 8))

    readers = [asyncio.create_task(subscription._hand_out(answer)) for answer in answers]
    await asyncio.wait(readers, timeout=0)
    assert not any(reader.done() for reader in readers)

    listener.stop()  # it waits for no room any more
    await asyncio.gather(*readers)

    assert [record.offset for record in listener.waiting()] == list(range(8))
