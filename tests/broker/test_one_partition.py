"""A partition that cannot be read, by a right or by its bytes: it keeps back no other."""

from collections.abc import Callable, Sequence
from io import BytesIO

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.topics import ORDERS
from shared.ending import Ending
from shared.events import OrderReceived
from shared.fetch_request import FetchAnswer, Fetched
from tests.broker.conftest import Build
from tests.broker.stream import Stream, comes_true
from tests.broker.test_trouble import state
from tests.support.events import order_received
from tests.support.probe import Probe

SPOILED = 0
ORDER_COUNT = 30

Spoil = Callable[[Fetched], Fetched]


def deny(fetched: Fetched) -> Fetched:
    return fetched._replace(error_code=TopicAuthorizationFailedError.errno, records=b"")


def garble(fetched: Fetched) -> Fetched:
    return fetched._replace(records=fetched.records[:-1] + bytes([fetched.records[-1] ^ 1]))


def spoil_answers(monkeypatch: pytest.MonkeyPatch, spoil: Spoil, times: int) -> list[Fetched]:
    """Spoil what comes of one partition so many times; give what was spoiled."""
    decode, spoiled = FetchAnswer.decode, list[Fetched]()

    def decode_and_spoil(body: BytesIO) -> list[Fetched]:
        answer = decode(body)
        for place, each in enumerate(answer):
            if (each.topic, each.partition) == (ORDERS, SPOILED) and len(spoiled) < times:
                spoiled.append(each)
                answer[place] = spoil(each)
        return answer

    monkeypatch.setattr(FetchAnswer, "decode", decode_and_spoil)
    return spoiled


async def publish(stream: Stream) -> tuple[list[OrderReceived], list[OrderReceived]]:
    """Publish an event of each order; give those of the partition that is spoiled, and the rest."""
    events = [order_received(str(number)) for number in range(ORDER_COUNT)]
    await stream.publish(*events)
    keys = {event.key.encode() for event in events}
    await comes_true(lambda: keys <= {each.key for each in stream.records})
    spoiled = {each.key.decode() for each in stream.records if each.partition == SPOILED}
    return (
        [event for event in events if event.key in spoiled],
        [event for event in events if event.key not in spoiled],
    )


def ids(events: Sequence[OrderReceived]) -> list[str]:
    return [event.event_id for event in events]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(deny, TopicAuthorizationFailedError.__name__), (garble, "CorruptBatch")],
)
async def test_a_partition_that_cannot_be_read_keeps_back_no_other(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, said: str
) -> None:
    for module in ("complaints", "fetching"):
        monkeypatch.setattr(f"shared.{module}.PAUSE_SECONDS", 3600.0)
    kept_back, others = await publish(stream)
    spoil_answers(monkeypatch, spoil, times=1)
    service = build(Probe())

    async with service.running():
        await stream.has(*others)
        await comes_true(lambda: state(service, ORDERS) == f"cannot be read: {said}")
        _, later = await publish(stream)
        await stream.has(*later)

    heard = {each.shipment_id for each in stream.echoes()}
    assert heard.isdisjoint(ids(kept_back))


async def test_it_is_asked_for_until_it_can_be_read(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("complaints", "fetching"):
        monkeypatch.setattr(f"shared.{module}.PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("shared.complaints.AGAIN_SECONDS", 1.0)
    kept_back, others = await publish(stream)
    spoiled = spoil_answers(monkeypatch, deny, times=10)
    service, ending = build(Probe()), Ending()

    async with service.running(ending):
        await stream.has(*kept_back, *others)
        await comes_true(lambda: state(service, ORDERS) == "ok")

    assert (len(spoiled), ending.died) == (10, [])
    assert len(stream.echoes()) == ORDER_COUNT
