"""A worker looks when it is woken, at its own pace if it has one, and again after a failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from shared.database import Database
from shared.lanes import Lanes, Steps
from shared.metrics import Metrics
from shared.worker import Worker
from tests.support.taken import Thing


class Work:
    """Counts how often it was asked for, and fails at the calls that it is told to fail at."""

    def __init__(self, *failing: int) -> None:
        self.asked = 0
        self._failing = failing
        self._changed = asyncio.Event()

    async def do_next(self) -> int:
        self.asked += 1
        self._changed.set()
        if self.asked in self._failing:
            raise RuntimeError("work that fails")
        return 0

    async def until(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_true():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[Database]:
    database = Database("postgresql://nowhere", "test")
    task = asyncio.create_task(worker.run(database, Metrics()))
    yield database
    worker.stop(database)
    await task


async def test_a_worker_looks_at_its_start_and_then_when_woken() -> None:
    work = Work()
    async with running(Worker("work", work.do_next, signal="some")) as database:
        await work.until(lambda: work.asked == 1)
        database.fire("other")
        for _ in range(10):
            await asyncio.sleep(0)
        asked_before = work.asked

        database.fire("some")
        await work.until(lambda: work.asked == 2)

    assert asked_before == 1


async def test_a_worker_with_a_pace_looks_by_itself() -> None:
    work = Work()
    async with running(Worker("work", work.do_next, signal="some", poll_seconds=0.001)):
        await work.until(lambda: work.asked == 5)


async def test_a_worker_that_fails_tries_again_by_itself() -> None:
    work = Work(1, 2)
    async with running(Worker("work", work.do_next, signal="some")):
        await work.until(lambda: work.asked == 3)


async def put_off(_: Thing, error: Exception) -> None:
    raise error


class Queue:
    """Gives what waits in it, and notes how often it was asked."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.asked = 0

    async def take(self, limit: int) -> list[Thing]:
        self.asked += 1
        taken = min(limit, self.waiting)
        self.waiting -= taken
        return [Thing()] * taken


async def test_less_than_asked_for_is_all_there_is() -> None:
    queue, done = Queue(5), asyncio.Semaphore(0)

    async def do(_: Thing) -> None:
        done.release()

    lanes = Lanes(
        "work", Steps(queue.take, do, put_off), lanes=2, metrics=Metrics(), service="mill"
    )
    async with running(Worker("work", lanes.do_next, signal="some", begun=lanes)):
        for _ in range(5):
            await done.acquire()

    assert (queue.waiting, queue.asked) == (0, 3)


async def test_what_takes_long_keeps_no_more_lanes_than_its_own() -> None:
    waiting, begun = [Thing("slow"), Thing("slow")], asyncio.Semaphore(0)
    gate, done = asyncio.Event(), asyncio.Event()

    async def take(limit: int) -> list[Thing]:
        taken, waiting[:limit] = waiting[:limit], []
        return taken

    async def do(thing: Thing) -> None:
        begun.release()
        if thing.order_id == "slow":
            await gate.wait()
        else:
            done.set()

    lanes = Lanes("work", Steps(take, do, put_off), lanes=3, metrics=Metrics(), service="mill")
    async with running(Worker("work", lanes.do_next, signal="some", begun=lanes)) as database:
        await begun.acquire()
        await begun.acquire()
        waiting.append(Thing("quick"))
        database.fire("some")
        try:
            async with asyncio.timeout(60):
                await done.wait()
        finally:
            gate.set()
