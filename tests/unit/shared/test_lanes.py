"""Lanes: what is leased while it is queued has a lane kept, and never more than there are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import itemgetter

import asyncpg
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from shared.breaker import Breaker
from shared.lanes import Lanes, Steps
from shared.metrics import Metrics
from shared.unexpected import Unreadable, read_each, reason_of
from tests.support.taken import Thing

LANES = 3


@dataclass
class Work:
    """What waits, how much was asked for, and what goes on until it is let go."""

    waiting: int = 0
    asked: list[int] = field(default_factory=list)
    going_on: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    breaker: Breaker = field(init=False)
    unreadable: list[Unreadable[Thing]] = field(default_factory=list)
    put_off: list[tuple[str, Exception]] = field(default_factory=list)

    async def take(self, limit: int) -> list[Thing | Unreadable[Thing]]:
        self.asked.append(limit)
        taken = min(limit, self.waiting)
        self.waiting -= taken
        return [*self.unreadable, *[Thing()] * taken]

    async def do(self, _: Thing) -> None:
        self.going_on += 1
        await self.gate.wait()
        self.going_on -= 1

    async def note(self, claim: Thing, error: Exception) -> None:
        self.put_off.append((claim.order_id, error))


def lanes_for(work: Work, do: Callable[[Thing], Awaitable[None]] | None = None) -> Lanes[Thing]:
    metrics = Metrics()
    steps = Steps(work.take, do or work.do, work.note)
    lanes = Lanes("work", steps, lanes=LANES, metrics=metrics, service="mill")
    work.breaker = Breaker("outside", metrics)
    lanes.heed(work.breaker)
    lanes.open()
    return lanes


async def finish(work: Work, lanes: Lanes[Thing]) -> None:
    work.gate.set()
    await lanes.finish()


async def test_none_is_free_before_it_is_known_what_waits() -> None:
    assert not lanes_for(Work()).are_free_for(1)


async def test_all_are_free_when_nothing_waits() -> None:
    lanes = lanes_for(Work())
    await lanes.do_next()

    assert lanes.are_free_for(LANES)
    assert not lanes.are_free_for(LANES + 1)


async def test_none_is_free_while_more_may_wait() -> None:
    work = Work(waiting=LANES)
    lanes = lanes_for(work)
    await lanes.do_next()
    await finish(work, lanes)

    assert not lanes.are_free_for(1)


async def test_none_is_free_while_the_outside_is_left_alone() -> None:
    work = Work()
    lanes = lanes_for(work)
    await lanes.do_next()
    work.breaker.hold(60)

    assert not lanes.are_free_for(1)


async def test_nothing_is_taken_while_the_outside_is_left_alone() -> None:
    work = Work(waiting=1)
    lanes = lanes_for(work)
    work.breaker.hold(60)

    assert await lanes.do_next() == 0
    assert work.asked == []


async def test_a_lane_that_is_kept_is_taken_by_nobody_else() -> None:
    work = Work()
    lanes = lanes_for(work)
    await lanes.do_next()

    with lanes.keep(1) as is_kept:
        assert is_kept
        assert not lanes.are_free_for(LANES)
        await lanes.do_next()

    assert work.asked == [LANES, LANES - 1]
    assert lanes.are_free_for(LANES)


async def test_what_is_begun_has_the_lane_until_its_end() -> None:
    work = Work()
    lanes = lanes_for(work)
    await lanes.do_next()
    with lanes.keep(2):
        lanes.begin([Thing(), Thing()])

    assert not lanes.are_free_for(2)
    await finish(work, lanes)
    assert lanes.are_free_for(LANES)


async def test_what_does_not_fit_keeps_no_lane() -> None:
    lanes = lanes_for(Work())
    await lanes.do_next()

    with lanes.keep(LANES + 1) as are_kept:
        assert not are_kept
        assert lanes.are_free_for(LANES)


async def test_nothing_is_begun_at_the_end() -> None:
    work = Work(waiting=1)
    lanes = lanes_for(work)
    await lanes.do_next()
    with lanes.keep(1):
        lanes.close()
        lanes.begin([Thing()])
    await finish(work, lanes)

    assert await lanes.do_next() == 0
    assert work.asked == [LANES]


async def broken(_: Thing) -> None:
    raise ValueError("what Ada wrote")


async def test_what_fails_is_told_with_its_service_and_order() -> None:
    lanes = lanes_for(Work(waiting=1), broken)
    with capture_logs(processors=[merge_contextvars]) as told:
        await lanes.do_next()
        await lanes.finish()

    [line] = told
    assert (line["event"], line["service"], line["worker"]) == ("work_failed", "mill", "work")
    assert line["order_id"] == Thing().order_id


async def test_what_fails_unexpectedly_is_put_off_with_its_error() -> None:
    work = Work(waiting=2)
    lanes = lanes_for(work, broken)
    await lanes.do_next()
    await lanes.finish()

    assert [(order, type(error)) for order, error in work.put_off] == [("1001", ValueError)] * 2


async def test_what_cannot_be_read_is_put_off_and_the_others_done() -> None:
    work = Work(waiting=1, unreadable=[Unreadable(Thing("1002"), KeyError("line"))])
    lanes = lanes_for(work)
    await lanes.do_next()
    await finish(work, lanes)

    assert [order for order, _ in work.put_off] == ["1002"]


@pytest.mark.parametrize(
    "passing", [OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.UndefinedTableError]
)
async def test_what_fails_as_the_database_does_keeps_its_lease(passing: type[Exception]) -> None:
    async def fail(_: Thing) -> None:
        raise passing("away")

    work = Work(waiting=1)
    lanes = lanes_for(work, fail)
    await lanes.do_next()
    await lanes.finish()

    assert work.put_off == []


async def test_what_is_given_up_at_the_end_is_not_put_off() -> None:
    work = Work(waiting=1)
    lanes = lanes_for(work)
    await lanes.do_next()
    await asyncio.sleep(0)
    lanes.give_up()
    await lanes.finish()

    assert (work.going_on, work.put_off) == (1, [])


async def test_who_cannot_put_a_thing_off_is_told_of_and_goes_on() -> None:
    async def fail_too(_: Thing, __: Exception) -> None:
        raise RuntimeError("and this as well")

    work = Work(waiting=1)
    steps = Steps(work.take, broken, fail_too)
    lanes = Lanes("work", steps, lanes=LANES, metrics=Metrics(), service="mill")
    lanes.open()
    with capture_logs() as told:
        await lanes.do_next()
        await lanes.finish()

    assert [each["event"] for each in told] == ["work_failed", "work_not_put_off"]
    assert await lanes.do_next() == 0


def test_a_row_that_cannot_be_read_keeps_none_of_the_others() -> None:
    read = read_each([{"id": "1001"}, {}, {"id": "1003"}], itemgetter("id"), lambda _: Thing())

    assert [each if isinstance(each, str) else type(each.error) for each in read] == [
        "1001",
        KeyError,
        "1003",
    ]


def test_a_reason_says_what_failed_and_where_but_nothing_of_its_message() -> None:
    [unreadable] = read_each([{}], itemgetter("Ada, 12 Analytical Way"), lambda _: Thing())
    assert isinstance(unreadable, Unreadable)

    reason = reason_of(unreadable.error)

    assert "KeyError in shared.unexpected, line" in reason
    assert "Ada" not in reason
