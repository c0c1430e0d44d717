"""Damaged batches that a person has skipped: passed over for good, and nothing else."""

from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from deploy.topics import ORDERS
from shared.service import Service
from tests.broker.damaged.reading import (
    SIZE,
    batches,
    ended,
    found,
    heard,
    ids,
    is_committed,
    publish,
    told_by,
)
from tests.broker.stream import Stream, comes_true, rewind
from tests.broker.test_trouble import state
from tests.support.damaging import (
    COUNT_AT,
    DELTA_AT,
    LENGTH_AT,
    PARTITION,
    RECORDS_AT,
    SUM_AT,
    Disk,
)
from tests.support.failures import drop


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


async def test_whoever_takes_a_partition_over_reads_on_behind_a_skip(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    before, bad, after, later = batches(4)
    _, at, _ = await publish(stream, before, bad, after)

    with disk.damaged(at, RECORDS_AT):
        async with told_by(name, disk) as told, AsyncExitStack() as first:
            await first.enter_async_context(build().running())
            await comes_true(lambda: bool(found(told)))
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await stream.has(*before, *after)
            async with build().running():
                await first.aclose()
                await publish(stream, later)
                await stream.has(*later)

    assert heard(stream) == ids(before, after, later)
    assert len(found(told)) == 1


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


async def test_a_length_that_reaches_over_good_batches_lets_nothing_be_skipped(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    bad, good, after = batches(3)
    at, _, behind = await publish(stream, bad, good, after)

    with disk.damaged(at, LENGTH_AT, disk.length_up_to(at, behind)):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await comes_true(lambda: len(found(told)) == 2 or bool(heard(stream)))

    assert heard(stream) == set(), "the broker reaches over the good batch as well"
    assert [each.can_drop for each in found(told)] == [False, False]


async def test_a_batch_that_claims_offsets_of_the_next_hides_none_of_them(
    disk: Disk, stream: Stream, build: Callable[[], Service], name: str
) -> None:
    bad, good, after = batches(3)
    at, *_ = await publish(stream, bad, good, after)

    with disk.damaged(at, 0, (at + 2).to_bytes(8, "big")):
        async with told_by(name, disk) as told, build().running():
            await comes_true(lambda: bool(found(told)))
            await stream.publish(drop(found(told)[0].name, service=name, kind="unread"))
            await stream.has(*good, *after)

    assert heard(stream) == ids(good, after)
    assert found(told)[0].name == f"{ORDERS}/{PARTITION}@{at}-{at + SIZE - 1}"


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
