"""What becomes of a line while something else happens to it, its order or its files."""

import asyncio
from datetime import timedelta

from deploy.seed.products import Seed
from services.printfile import handlers
from services.printfile.store.deleting import release_files
from shared.database import Database
from shared.events import Event, PrintFileReady
from shared.patience import until
from tests.integration.printfile.test_making import answers, make, mug, order
from tests.integration.printfile.test_pins import changed, small
from tests.support.events import order_cancelled, order_changed, order_id
from tests.support.service import Driver

GRACE = timedelta(minutes=10)


async def count(database: Database, table: str) -> int:
    async with database.transaction() as transaction:
        return int(await transaction.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608


async def somebody_waits(database: Database) -> bool:
    """Tell whether a connection waits for what another has locked."""
    async with database.transaction() as watching:
        waiting = await watching.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(waiting)


async def made_while(printfile: Driver, *events: Event) -> list[Event]:
    """Have the line that waits made, while these events are heard."""
    lane = printfile.service.lanes["make"]
    [work] = await lane.steps.take(1)
    await printfile.hears(*events)
    await lane.steps.do(work)
    return await printfile.says()


async def test_an_order_heard_twice_is_made_once(printfile: Driver, seed: Seed) -> None:
    told = order(mug())
    said = await make(printfile, small(seed), told, told)

    assert [type(event) for event in said] == [PrintFileReady]
    assert await make(printfile, told) == []


async def test_a_cancelled_order_is_over_and_makes_nothing(printfile: Driver, seed: Seed) -> None:
    await printfile.hears(small(seed))
    await printfile.hears(order(mug(), "1001"), order(mug(), "1002"))
    await printfile.hears(order_cancelled("1001"), order_cancelled("1002"))

    assert await make(printfile) == []
    assert await count(printfile.service.database, "ended_order") == 2


async def test_known_files_are_not_said_of_a_line_that_changed(
    printfile: Driver, seed: Seed
) -> None:
    await make(printfile, small(seed), order(mug(), "1001"))
    await printfile.hears(order(mug(), "1002"))
    corrected = mug(properties=answers(Name="Boris"))

    said = await made_while(printfile, order_changed("1002", items=(corrected,)))
    [ready] = await make(printfile)

    assert said == []
    assert isinstance(ready, PrintFileReady)
    assert ready.item_fingerprint == corrected.fingerprint


async def test_known_files_are_not_said_of_an_order_cancelled_meanwhile(
    printfile: Driver, seed: Seed
) -> None:
    await make(printfile, small(seed), order(mug(), "1001"))
    await printfile.hears(order(mug(), "1002"))

    assert await made_while(printfile, order_cancelled("1002")) == []
    assert await count(printfile.service.database, "made_for") == 1


async def test_known_and_new_designs_are_recorded_side_by_side(
    printfile: Driver, seed: Seed
) -> None:
    known, new = mug(), mug(properties=answers(Name="Boris"))
    await make(printfile, small(seed), order(known, "1001"))
    await printfile.hears(order(known, "1002"), order(new, "1003"), order(known, "1004"))
    lane = printfile.service.lanes["make"]

    await asyncio.gather(*map(lane.steps.do, await lane.steps.take(3)))
    said = await printfile.says()

    assert {event.key for event in said} == {order_id("1002"), order_id("1003"), order_id("1004")}
    assert await count(printfile.service.database, "made") == 2


async def test_files_let_go_while_they_are_found_again_are_kept(
    printfile: Driver, seed: Seed
) -> None:
    database = printfile.service.database
    await make(printfile, small(seed), order(mug(), "1001"))
    await printfile.hears(order(mug(), "1002"))

    async with database.transaction() as deleting:
        doomed = await release_files(deleting, order_id("1001"), GRACE)
        making = asyncio.create_task(printfile.does("make"))
        await until(lambda: somebody_waits(database))
    await making
    [ready] = await printfile.says()

    assert doomed > 0
    assert ready.key == order_id("1002")
    assert await count(database, "doomed_file") == 0
    assert await count(database, "made") == 1


async def test_a_new_version_is_read_though_an_old_one_is_remembered(
    printfile: Driver, seed: Seed
) -> None:
    first = await make(printfile, small(seed), order(mug(), "1001"))
    second = await make(printfile, changed(seed), order(mug(), "1002"))

    versions = [event.template_version for event in first + second]  # type: ignore[attr-defined]
    assert versions == [1, 2]


async def test_a_line_heard_of_while_its_product_is_published_is_made(
    printfile: Driver, seed: Seed
) -> None:
    database = printfile.service.database
    async with database.transaction() as publishing:
        await handlers.keep_products(publishing, [small(seed)])
        await printfile.hears(order(mug(), "1001"))
        giving_up = asyncio.create_task(printfile.does("make"))
        await until(lambda: somebody_waits(database))
    await giving_up

    [ready] = await make(printfile)
    assert isinstance(ready, PrintFileReady)
