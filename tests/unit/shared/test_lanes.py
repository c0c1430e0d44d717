"""Lanes: what is leased while it is queued has a lane kept, and never more than there are."""

import asyncio
from dataclasses import dataclass, field

from structlog.testing import capture_logs

from shared.breaker import Breaker
from shared.lanes import Lanes
from shared.metrics import Metrics

LANES = 3


@dataclass
class Work:
    """What waits, how much was asked for, and what goes on until it is let go."""

    waiting: int = 0
    asked: list[int] = field(default_factory=list)
    going_on: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    breaker: Breaker = field(init=False)

    async def take(self, limit: int) -> list[int]:
        self.asked.append(limit)
        taken = min(limit, self.waiting)
        self.waiting -= taken
        return [0] * taken

    async def do(self, _: int) -> None:
        self.going_on += 1
        await self.gate.wait()
        self.going_on -= 1


def lanes_for(work: Work) -> Lanes[int]:
    metrics = Metrics()
    lanes = Lanes("work", work.take, work.do, lanes=LANES, metrics=metrics, service="mill")
    work.breaker = Breaker("outside", metrics)
    lanes.heed(work.breaker)
    lanes.open()
    return lanes


async def finish(work: Work, lanes: Lanes[int]) -> None:
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
        lanes.begin([0, 0])

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
        lanes.begin([0])
    await finish(work, lanes)

    assert await lanes.do_next() == 0
    assert work.asked == [LANES]


async def test_what_fails_is_told_with_its_service() -> None:
    async def fail(_: int) -> None:
        raise ValueError("broken")

    work, metrics = Work(waiting=1), Metrics()
    lanes = Lanes("work", work.take, fail, lanes=LANES, metrics=metrics, service="mill")
    lanes.open()
    with capture_logs() as told:
        await lanes.do_next()
        await lanes.finish()

    assert [(each["event"], each["service"], each["worker"]) for each in told] == [
        ("work_failed", "mill", "work")
    ]
