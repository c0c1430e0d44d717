"""Batches that are damaged on the broker's disk: told to persons, and skipped as they ask."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest

from deploy.topics import FAILURES, ORDERS
from shared.events import Event, FailureEnded, FailureFound, OrderReceived
from shared.service import Service
from tests.broker.stream import Stream, clear, comes, comes_true, committed, open_stream, rewind
from tests.broker.test_holding import following
from tests.broker.test_trouble import state
from tests.support.brokers import own_kafka
from tests.support.damaging import (
    COUNT_AT,
    DELTA_AT,
    LENGTH_AT,
    PARTITION,
    RECORDS_AT,
    SUM_AT,
    Disk,
    publish_together,
)
from tests.support.events import order_received
from tests.support.failures import drop, retry
from tests.support.probe import NAME, Probe, build_probe

SIZE = 3


@pytest.fixture(scope="module")
async def disk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Disk]:
    folder = tmp_path_factory.mktemp("damaged")
    async with own_kafka(folder) as kafka:
        yield Disk(kafka.servers, folder / "kafka" / "data")


@pytest.fixture
async def stream(disk: Disk, name: str) -> AsyncIterator[Stream]:
    async with open_stream(disk.servers, name) as opened:
        yield opened
    await clear(disk.servers)


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.fetching.PAUSE_SECONDS", 0.1)


@pytest.fixture
def build(own: Callable[[str], dict[str, Any]], name: str, disk: Disk) -> Callable[[], Service]:
    settings = own(NAME) | {"kafka_servers": disk.servers}
    return lambda: build_probe(Probe(), settings, name)


def batches(count: int) -> list[list[OrderReceived]]:
    return [[order_received(f"{batch}-{each}") for each in range(SIZE)] for batch in range(count)]


@asynccontextmanager
async def told_by(service: str, disk: Disk) -> AsyncIterator[list[Event]]:
    """Give what the service says of failures."""
    told: list[Event] = []

    def read(event: Event) -> str:
        if isinstance(event, FailureFound | FailureEnded) and event.service == service:
            told.append(event)
        return event.key

    async with following(disk.servers, FAILURES, read):
        yield told


def found(told: list[Event]) -> list[FailureFound]:
    return [event for event in told if isinstance(event, FailureFound)]


def ended(told: list[Event]) -> list[str]:
    return [event.name for event in told if isinstance(event, FailureEnded)]


async def is_committed(disk: Disk, name: str, offset: int) -> None:
    async def ask() -> bool:
        offsets = await committed(disk.servers, name)
        return {place.partition: at for place, at in offsets.items() if place.topic == ORDERS}.get(
            PARTITION
        ) == offset

    await comes(ask)


async def publish(stream: Stream, *batches: Sequence[Event]) -> list[int]:
    """Write each batch as one; the test itself has read them before they can be damaged."""
    offsets = await publish_together(stream.servers, *batches)
    until = offsets[-1] + len(batches[-1]) - 1
    await comes_true(
        lambda: any(
            (each.topic, each.partition, each.offset) == (ORDERS, PARTITION, until)
            for each in stream.records
        )
    )
    return offsets


def heard(stream: Stream) -> set[str]:
    return {each.shipment_id for each in stream.echoes()}


def ids(*of: list[OrderReceived]) -> set[str]:
    return {event.event_id for events in of for event in events}


async def test_a_damaged_batch_is_told_with_its_place_and_what_waits(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after, last = batches(4)
    _, at, *_ = await publish(stream, before, bad, after, last)

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told, build().running():
            await stream.has(*before)
            await comes_true(lambda: bool(found(told)))

    [event] = found(told)
    assert (event.kind, event.subject) == ("unread", ORDERS)
    assert event.name == f"{ORDERS}/{PARTITION}@{at}-{at + SIZE - 1}"
    assert event.reason == f"offsets {at} to {at + SIZE - 1} of partition 0: a wrong checksum"
    assert (event.waiting, event.can_drop, event.can_retry) == (2 * SIZE, True, True)
    assert heard(stream).isdisjoint(ids(bad, after, last))


async def test_what_a_person_has_skipped_is_passed_over_for_good(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after = batches(3)
    _, at, _ = await publish(stream, before, bad, after)

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told:
            async with build().running():
                await comes_true(lambda: bool(found(told)))
                [event] = found(told)
                await stream.publish(drop(event.name, service=name, kind="unread"))
                await stream.has(*before, *after)
                await comes_true(lambda: ended(told) == [event.name])
                await comes_true(lambda: bool(stream.dead()))
            await rewind(disk.servers, name)
            later = batches(1)[0]
            await publish(stream, later)
            async with build().running():
                await stream.has(*later)

    assert heard(stream) == ids(before, after, later)
    assert len(found(told)) == 1
    [letter] = stream.dead()
    assert letter["kafka_dlt-original-offset"] == str(at)
    assert letter["kafka_dlt-exception-message"].startswith("skipped by Ada: offsets")


async def test_a_skip_is_committed_where_nothing_follows(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, later = batches(3)
    _, at = await publish(stream, before, bad)

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await is_committed(disk, name, at + SIZE)
            await publish(stream, later)
            await stream.has(*later)

    assert heard(stream) == ids(before, later)


@pytest.mark.parametrize(
    ("at_byte", "change"),
    [
        (SUM_AT, None),
        (DELTA_AT, (SIZE + 2).to_bytes(4, "big")),
        (DELTA_AT, (0).to_bytes(4, "big")),
        (COUNT_AT, None),
    ],
    ids=["sum", "later end", "earlier end", "count"],
)
async def test_a_head_that_lies_makes_nobody_skip_what_is_good(
    disk: Disk,
    stream: Stream,
    build: Callable[[], Service],
    name: str,
    at_byte: int,
    change: bytes | None,
) -> None:
    before, bad, after, last = batches(4)
    _, at, *_ = await publish(stream, before, bad, after, last)

    with disk.damaged(at, at_byte, change):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await stream.has(*before, *after, *last)

    assert found(told)[0].name == f"{ORDERS}/{PARTITION}@{at}-{at + SIZE - 1}"


async def test_a_head_that_is_not_to_be_believed_lets_nothing_be_skipped(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after = batches(3)
    _, at = await publish(stream, before, bad)

    with disk.damaged(at, DELTA_AT, (0).to_bytes(4, "big")):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            [event] = found(told)
            await stream.publish(drop(event.name, service=name, kind="unread"))
            await comes_true(lambda: len(found(told)) == 2)
            assert not found(told)[1].can_drop

            await publish(stream, after)
            await comes_true(lambda: ended(told) == [event.name])
            await stream.has(*before)

    assert found(told)[-1].name == f"{ORDERS}/{PARTITION}@{at}-{at + SIZE - 1}"
    assert heard(stream) == ids(before)


async def test_what_is_mended_is_read_on_by_itself(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after = batches(3)
    _, at, _ = await publish(stream, before, bad, after)

    with ExitStack() as damage:
        damage.enter_context(disk.damaged(at, RECORDS_AT))
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            damage.close()
            await stream.has(*before, *bad, *after)
            await comes_true(lambda: ended(told) == [found(told)[0].name])


async def test_what_is_mended_while_nobody_reads_has_ended(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    [bad] = batches(1)
    [at] = await publish(stream, bad)

    async with told_by(name, disk) as told:
        with disk.damaged(at, RECORDS_AT):
            async with build().running():
                await comes_true(lambda: bool(found(told)))
        async with build().running():
            await stream.has(*bad)
            await comes_true(lambda: ended(told) == [found(told)[0].name])


async def test_whoever_has_it_tried_again_is_told_what_came_of_it(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    [bad] = batches(1)
    [at] = await publish(stream, bad)

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            await stream.publish(retry(found(told)[0].name, service=name, kind="unread"))
            await comes_true(lambda: len(found(told)) == 2)

    assert found(told)[0].since == found(told)[1].since


async def test_another_batch_of_the_same_place_is_asked_for_anew(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after = batches(3)
    _, at, _ = await publish(stream, before, bad, after)

    with disk.damaged(at, SUM_AT):
        async with told_by(name, disk) as told:
            async with build().running():
                await comes_true(lambda: bool(found(told)))
                await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
                await stream.has(*after)
            await rewind(disk.servers, name)
            with disk.damaged(at, SUM_AT + 1):
                async with build().running():
                    await comes_true(lambda: len(found(told)) == 2)

    assert found(told)[0].name == found(told)[1].name


async def test_a_place_that_is_skipped_is_well_again(
    disk: Disk,
    stream: Stream,
    build: Callable[[], Service],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.complaints.AGAIN_SECONDS", 1.0)
    [bad, after] = batches(2)
    at, _ = await publish(stream, bad, after)
    service = build()

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told, service.running():
            await comes_true(lambda: bool(found(told)))
            assert state(service, ORDERS) == "cannot be read: CorruptBatch"
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await comes_true(lambda: state(service, ORDERS) == "ok")


async def test_what_the_broker_cannot_read_itself_is_told(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad = batches(2)
    _, at = await publish(stream, before, bad)

    with disk.damaged(at, LENGTH_AT, bytes(4)):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))

    assert found(told)[0].reason == "CorruptRecordException"
    assert not found(told)[0].can_drop


async def test_a_partition_of_which_nothing_comes_is_told_and_ends_by_itself(
    disk: Disk,
    stream: Stream,
    build: Callable[[], Service],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.stalls.LOOK_SECONDS", 1.5)
    before, bad, after = batches(3)
    _, at, _ = await publish(stream, before, bad, after)

    with ExitStack() as damage:
        damage.enter_context(disk.damaged(at, LENGTH_AT, (1 << 20).to_bytes(4, "big")))
        async with told_by(name, disk) as told, build().running():
            await stream.has(*before)
            await comes_true(lambda: bool(found(told)))
            damage.close()
            await stream.has(*bad, *after)
            await comes_true(lambda: ended(told) == [found(told)[0].name])

    assert found(told)[0].name == f"{ORDERS}/{PARTITION}@{at}"
    assert found(told)[0].reason == "NothingComes"
    assert (found(told)[0].waiting, found(told)[0].can_drop) == (2 * SIZE, False)
