"""What nobody in the process was told of: found by one statement for all workers of a service."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from shared import dead_letters
from shared.due import find_due, new_poller
from shared.patience import until
from tests.support.events import order_id, order_received
from tests.support.probe import Probe, ProbeDriver

REPLAYS = {dead_letters.SIGNAL: dead_letters.DUE}


@asynccontextmanager
async def polling(
    driver: ProbeDriver, due: Mapping[str, str], signal: str
) -> AsyncIterator[asyncio.Event]:
    """Run a service's poller, and give what is set once it fires the signal."""
    database, poller = driver.service.database, new_poller(driver.service.database, due)
    task = asyncio.create_task(poller.run(database, driver.service.metrics))
    fired, unsubscribe = database.subscribe(signal)
    try:
        yield fired
    finally:
        unsubscribe()
        poller.stop(database)
        await task


async def set_one_aside(driver: ProbeDriver, probe: Probe) -> None:
    """Have an event lie aside."""
    bad = order_received()
    probe.poison = {bad.event_id}
    await driver.hears(bad)


async def test_what_another_process_was_asked_for_is_found(
    service: ProbeDriver, probe: Probe
) -> None:
    await set_one_aside(service, probe)
    async with polling(service, REPLAYS, dead_letters.SIGNAL) as fired:
        another = await service.service.database.connect()
        await another.execute(
            "UPDATE dead_letter SET replay_requested_at = now() WHERE key = $1", order_id()
        )
        await another.close()

        async with asyncio.timeout(60):
            await fired.wait()


async def test_what_is_not_due_wakes_nobody(service: ProbeDriver, probe: Probe) -> None:
    await set_one_aside(service, probe)
    due = REPLAYS | {"one": "1 > 0", "none": "NULL"}

    async with service.service.database.statement() as transaction:
        assert await find_due(transaction, due) == ["one"]


async def test_a_look_that_fails_is_tried_again(service: ProbeDriver, probe: Probe) -> None:
    due = {"some": "1 / (SELECT count(*) FROM dead_letter) > 0"}
    async with polling(service, due, "some") as fired:
        await until(partial(has_failed, service), every_seconds=0.01)
        await set_one_aside(service, probe)

        async with asyncio.timeout(60):
            await fired.wait()


async def has_failed(driver: ProbeDriver) -> bool:
    """Tell whether looking has failed."""
    name, labels = "platen_work_failures_total", {"worker": "due"}
    return bool(driver.service.metrics.registry.get_sample_value(name, labels))
