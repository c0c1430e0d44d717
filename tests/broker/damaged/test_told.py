"""Places that cannot be read: told to persons, and read on by themselves once they can."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from deploy.topics import ORDERS, create_topics
from shared.service import Service
from tests.broker.damaged.reading import SIZE, batches, ended, found, heard, ids, publish, told_by
from tests.broker.stream import Stream, comes_true, delete_topic
from tests.support.damaging import (
    LENGTH_AT,
    PARTITION,
    RECORDS_AT,
    Disk,
    publish_together,
)
from tests.support.failures import retry


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


async def test_what_was_told_of_a_topic_that_was_made_again_has_ended(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad = batches(2)
    _, at = await publish(stream, before, bad)

    async with told_by(name, disk) as told:
        with disk.damaged(at, RECORDS_AT):
            async with build().running():
                await comes_true(lambda: bool(found(told)))
        await delete_topic(disk.servers, ORDERS)
        await create_topics(disk.servers)
        async with build().running():
            await publish_together(disk.servers, before[:1])
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
