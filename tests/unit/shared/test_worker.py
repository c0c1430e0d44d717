"""A worker's lanes: all wake when there is work, one looks by itself now and then."""

import asyncio
from collections.abc import Callable

from shared.database import Database
from shared.metrics import Metrics
from shared.worker import Lanes, Worker

LANES = 3


class Work:
    """Notes which lane asked for work, and gives some at the calls it is told to."""

    def __init__(self, *fruitful: int) -> None:
        self.lanes: list[asyncio.Task[None] | None] = []
        self._fruitful = fruitful
        self._changed = asyncio.Event()

    async def do_next(self) -> bool:
        self.lanes.append(asyncio.current_task())
        self._changed.set()
        return len(self.lanes) in self._fruitful

    async def until(self, is_true: Callable[[], bool]) -> None:
        while not is_true():
            self._changed.clear()
            await self._changed.wait()


async def finish(worker: Worker, database: Database, running: asyncio.Task[None]) -> None:
    worker.stop(database)
    await running


def start(work: Work, poll_seconds: float) -> tuple[Worker, Database, asyncio.Task[None]]:
    database = Database("postgresql://nowhere", "test")
    worker = Worker("work", work.do_next, signal="some", lanes=LANES, poll_seconds=poll_seconds)
    return worker, database, asyncio.create_task(worker.run(database, Metrics()))


async def test_a_signal_wakes_every_lane() -> None:
    work = Work()
    worker, database, running = start(work, poll_seconds=60)
    await work.until(lambda: len(work.lanes) == LANES)

    database.fire("some")
    await work.until(lambda: len(work.lanes) == 2 * LANES)
    await finish(worker, database, running)

    assert len(set(work.lanes[LANES:])) == LANES


async def test_one_lane_alone_looks_by_itself() -> None:
    work = Work()
    worker, database, running = start(work, poll_seconds=0.001)

    await work.until(lambda: len(work.lanes) == LANES + 5)
    await finish(worker, database, running)

    assert len(set(work.lanes[LANES:])) == 1


async def test_work_found_by_looking_wakes_every_lane() -> None:
    work = Work(LANES + 2)
    worker, database, running = start(work, poll_seconds=0.001)

    await work.until(lambda: len(set(work.lanes[LANES + 2 :])) == LANES)
    await finish(worker, database, running)


class Queue:
    """Gives what waits in it, and notes how often it was asked."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.asked = 0

    async def take(self, limit: int) -> list[int]:
        self.asked += 1
        taken = min(limit, self.waiting)
        self.waiting -= taken
        return [taken] * taken


async def test_less_than_asked_for_is_all_there_is() -> None:
    queue, done = Queue(5), asyncio.Semaphore(0)

    async def do(_: int) -> None:
        done.release()

    database, metrics = Database("postgresql://nowhere", "test"), Metrics()
    lanes = Lanes("work", queue.take, do, lanes=2, metrics=metrics)
    worker = Worker("work", lanes.do_next, signal="some", poll_seconds=60, begun=lanes)
    running = asyncio.create_task(worker.run(database, metrics))
    for _ in range(5):
        await done.acquire()
    await finish(worker, database, running)

    assert (queue.waiting, queue.asked) == (0, 3)
