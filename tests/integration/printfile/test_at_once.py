"""A line that is heard of while lanes are free is made at once."""

from deploy.seed.products import Seed
from shared.events import PrintFileFailed, PrintFileReady
from tests.integration.printfile.test_making import MUG, mug, published
from tests.support.events import order_cancelled, order_received
from tests.support.service import Driver


async def test_a_line_is_made_as_it_is_heard(printfile: Driver, seed: Seed) -> None:
    await printfile.hears(published(seed, MUG))

    async with printfile.at_work("make"):
        await printfile.hears(order_received(items=(mug(),)))

    [ready] = await printfile.says()
    assert isinstance(ready, PrintFileReady)
    assert not await printfile.does("make")


async def test_lines_heard_of_twice_are_made_once(printfile: Driver, seed: Seed) -> None:
    await printfile.hears(published(seed, MUG))
    lines = mug(), mug(line_item_id="7002")
    received = order_received(items=lines)

    async with printfile.at_work("make"):
        await printfile.hears(received, received)
        await printfile.hears(received)

    made = [
        each.line_item_id for each in await printfile.says() if isinstance(each, PrintFileReady)
    ]
    assert sorted(made) == sorted(line.line_item_id for line in lines)


async def test_a_line_of_an_unknown_product_fails_as_ever(printfile: Driver) -> None:
    async with printfile.at_work("make"):
        await printfile.hears(order_received(items=(mug(),)))

    [failed] = await printfile.says()
    assert isinstance(failed, PrintFileFailed)
    assert failed.code == "unknown_product"


async def test_a_cancelled_orders_line_is_not_made(printfile: Driver, seed: Seed) -> None:
    await printfile.hears(published(seed, MUG), order_cancelled())

    async with printfile.at_work("make"):
        await printfile.hears(order_received(items=(mug(),)))

    assert await printfile.says() == []
