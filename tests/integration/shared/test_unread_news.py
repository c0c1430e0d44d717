"""What a service says of places that it cannot read, and what it keeps of them."""

from datetime import UTC, datetime, timedelta

from shared import inbox, outbox
from shared.events import FailureEnded, FailureFound
from shared.unread import HEAD, Unread
from tests.support.failures import drop
from tests.support.probe import NAME, ProbeDriver

PLACE = Unread("orders.v1", 0, 17, 19, "a wrong checksum", 22, bytes(HEAD.size))


async def meet(service: ProbeDriver, place: Unread = PLACE) -> int:
    return await service.service.consumer.unread.meet(place, [NAME])


async def skip(service: ProbeDriver, name: str = PLACE.name) -> None:
    await service.hears(drop(name, service=NAME, kind="unread"))


async def test_it_is_told_once_and_anew_when_much_more_waits(service: ProbeDriver) -> None:
    await meet(service)
    await meet(service, PLACE._replace(end=30))
    await meet(service, PLACE._replace(end=120))

    told = [each for each in await service.tells() if isinstance(each, FailureFound)]
    assert [each.waiting for each in told] == [2, 100]


async def test_another_place_of_the_partition_ends_the_first(service: ProbeDriver) -> None:
    await meet(service)
    await meet(service, PLACE._replace(offset=20, last=21))

    told = [(type(each), each.name) for each in await service.tells()]  # type: ignore[attr-defined]
    assert told == [
        (FailureFound, "orders.v1/0@17-19"),
        (FailureEnded, "orders.v1/0@17-19"),
        (FailureFound, "orders.v1/0@20-21"),
    ]


async def test_only_what_the_person_saw_is_skipped(service: ProbeDriver) -> None:
    await meet(service, PLACE._replace(last=18))
    await meet(service)
    await service.tells()

    await skip(service, "orders.v1/0@17-18")

    assert await meet(service) == PLACE.offset
    assert [type(each) for each in await service.tells()] == [FailureEnded]


async def test_a_skip_is_done_once_and_known_again(service: ProbeDriver) -> None:
    await meet(service)
    await skip(service)

    assert [await meet(service), await meet(service)] == [20, 20]
    [warning] = await service.warns()
    assert [type(each) for each in await service.tells()] == [FailureFound, FailureEnded]
    assert (warning.key, warning.value) == (PLACE.name, PLACE.raw)


async def test_what_is_too_large_to_be_told_is_kept(service: ProbeDriver) -> None:
    raw = bytes(outbox.MESSAGE_BYTES_MAX)
    await meet(service, PLACE._replace(raw=raw))
    await skip(service)

    assert await meet(service, PLACE._replace(raw=raw)) == 20
    [warning] = await service.warns()
    async with service.service.database.statement() as statement:
        kept = await statement.fetchval("SELECT raw FROM unread")
    assert (warning.value, kept) == (b"", raw)


async def test_what_was_skipped_is_forgotten_once_the_stream_has(service: ProbeDriver) -> None:
    await meet(service)
    unread, later = service.service.consumer.unread, datetime.now(UTC) + inbox.KEPT
    assert await unread.forget(later) == 0, "what still stands is no matter of time"
    await skip(service)
    await meet(service)

    assert await unread.forget(later - timedelta(hours=1)) == 0
    assert await unread.forget(later + timedelta(hours=1)) == 1


async def test_a_wish_about_what_is_read_again_ends_it(service: ProbeDriver) -> None:
    await skip(service, "orders.v1/0@1-2")

    assert [type(each) for each in await service.tells()] == [FailureEnded]
