"""A line whose design is remembered is ready as it is heard of, if all still is as it was."""

import asyncio
from typing import Any

import pytest

from deploy.seed.products import Seed
from services.printfile.store.deleting import release_files
from shared.events import (
    Event,
    PrintFileFailed,
    PrintFileReady,
    ProductChanged,
    ProductPublished,
)
from shared.patience import until
from tests.integration.printfile.test_making import MUG, answers, make, mug, order, published
from tests.integration.printfile.test_meanwhile import GRACE, count, somebody_waits
from tests.support.events import order_cancelled, order_changed, order_id, order_received
from tests.support.printing import Layer, shape
from tests.support.service import Driver

COLOURS = {"White": "#ffffff", "Black": "#000000"}
VARIANT = {"name": "colour", "property": "@variant", "kind": "choice", "options": COLOURS}


def plain(seed: Seed, *fields: dict[str, Any], **changes: Any) -> ProductPublished:
    """Give a product that nobody personalizes; changes are of its only layer."""
    return published(seed, MUG, template=design(shape(**changes), *fields), is_personalized=False)


def design(layer: Layer, *fields: dict[str, Any]) -> dict[str, Any]:
    """Write a template that asks the shopper nothing, unless it is told what."""
    side = {"id": "front", "width": 400, "height": 200, "layers": [layer]}
    return {"name": "Test", "fields": list(fields), "locations": [side]}


def changed(seed: Seed, **changes: Any) -> ProductChanged:
    """Give the plain product as it is next."""
    values = plain(seed).model_dump(exclude={"event_id"}) | {"revision": 2}
    return ProductChanged(**values | changes)


async def hear(printfile: Driver, *events: Event) -> list[Event]:
    """Tell what is said by hearing alone."""
    await printfile.hears(*events)
    return await printfile.says()


def told(ready: Event) -> dict[str, Any]:
    """Give what is said of a line, without saying of which."""
    assert isinstance(ready, PrintFileReady), ready
    return ready.model_dump(exclude={"event_id", "occurred_at", "order_id", "item_fingerprint"})


@pytest.fixture
async def first(printfile: Driver, seed: Seed) -> PrintFileReady:
    """Give what was said of a plain line, whose design is remembered from now on."""
    [ready] = await make(printfile, plain(seed), order(mug(), "1001"))
    assert isinstance(ready, PrintFileReady), ready
    return ready


async def test_a_remembered_design_is_ready_when_heard(
    printfile: Driver, first: PrintFileReady
) -> None:
    line = mug(properties=answers(Note="for the office"))

    [ready] = await hear(printfile, order(line, "1002"))

    assert told(ready) == told(first)
    assert (ready.key, ready.item_fingerprint) == (order_id("1002"), line.fingerprint)  # type: ignore[attr-defined]
    assert ready.event_id != first.event_id
    assert await make(printfile) == []
    assert await count(printfile.service.database, "made_for") == 2


async def test_it_is_handed_to_the_relay_and_wakes_no_lane(
    printfile: Driver, first: PrintFileReady
) -> None:
    handing = printfile.service.database.handing
    handing.begin()
    handing.begin_look()
    handing.end_look([])

    async with printfile.at_work("make"):
        signal, unsubscribe = printfile.service.database.subscribe("item")
        await printfile.hears(order(mug(), "1002"))
        unsubscribe()

    assert [promise.key for promise in handing.take()] == [order_id("1002")]
    assert not signal.is_set()
    assert not handing.must_look


async def test_other_lines_of_the_order_are_made_as_ever(
    printfile: Driver, first: PrintFileReady
) -> None:
    lines = mug(), mug(line_item_id="7002", storefront_variant_id="9202")

    async with printfile.at_work("make"):
        await printfile.hears(order_received("1002", items=lines))

    said = await printfile.says()
    assert [(each.key, told(each)["line_item_id"]) for each in said] == [
        (order_id("1002"), "7001"),
        (order_id("1002"), "7002"),
    ]


async def test_what_each_variant_shows_is_remembered_apart(printfile: Driver, seed: Seed) -> None:
    white, black = mug(variant_title="White / 11 oz"), mug(variant_title="Black / 11 oz")
    made = [
        await make(printfile, plain(seed, VARIANT, fill={"field": "colour"}), order(white, "1001")),
        await make(printfile, order(black, "1002")),
    ]

    again = [
        await hear(printfile, order(white, "1003")),
        await hear(printfile, order(black, "1004")),
    ]

    assert [told(ready) for [ready] in again] == [told(ready) for [ready] in made]
    assert told(made[0][0])["files"] != told(made[1][0])["files"]


async def test_a_template_that_changed_goes_the_long_way(
    printfile: Driver, seed: Seed, first: PrintFileReady
) -> None:
    newer = design(shape(fill="#0000ff"))
    await printfile.hears(changed(seed, template_version=2, template=newer))

    assert await hear(printfile, order(mug(), "1002")) == []
    [second] = await make(printfile)
    [third] = await hear(printfile, order(mug(), "1003"))

    assert isinstance(second, PrintFileReady), second
    assert second.template_version == 2
    assert second.files != first.files
    assert told(third) == told(second)


async def test_a_product_that_is_personalized_by_now_lacks_answers(
    printfile: Driver, seed: Seed, first: PrintFileReady
) -> None:
    await printfile.hears(changed(seed, is_personalized=True))

    [failed] = await make(printfile, order(mug(), "1002"))

    assert isinstance(failed, PrintFileFailed)
    assert failed.code == "missing_personalization"


async def test_what_is_sold_under_another_product_by_now_is_that(
    printfile: Driver, seed: Seed, first: PrintFileReady
) -> None:
    sold = plain(seed, fill="#00ff00").model_dump(exclude={"event_id"})
    await printfile.hears(
        changed(seed, variants=plain(seed).variants[1:]),
        ProductPublished(**sold | {"product_id": "other-mug"}),
    )

    assert await hear(printfile, order(mug(), "1002")) == []
    [ready] = await make(printfile)

    assert told(ready)["product_id"] == "other-mug"


async def test_a_design_that_is_gone_is_recorded_anew(
    printfile: Driver, first: PrintFileReady
) -> None:
    async with printfile.service.database.transaction() as transaction:
        assert await release_files(transaction, order_id("1001"), GRACE) > 0

    assert await hear(printfile, order(mug(), "1002")) == []
    [ready] = await make(printfile)

    assert told(ready) == told(first)
    assert await count(printfile.service.database, "doomed_file") == 0


async def test_a_design_let_go_while_a_line_is_heard_is_recorded_anew(
    printfile: Driver, first: PrintFileReady
) -> None:
    database = printfile.service.database
    async with database.transaction() as deleting:
        await release_files(deleting, order_id("1001"), GRACE)
        hearing = asyncio.create_task(printfile.hears(order(mug(), "1002")))
        await until(lambda: somebody_waits(database))
    await hearing

    assert await printfile.says() == []
    [ready] = await make(printfile)
    assert told(ready) == told(first)


async def test_a_file_whose_deletion_has_begun_is_not_promised(
    printfile: Driver, first: PrintFileReady
) -> None:
    async with printfile.service.database.transaction() as transaction:
        await transaction.execute(
            "INSERT INTO doomed_file VALUES ($1, now() + interval '1 hour', true)",
            first.files[0].key,
        )

    assert await hear(printfile, order(mug(), "1002")) == []
    assert await printfile.is_due("make")


async def test_an_order_heard_twice_is_ready_once(printfile: Driver, first: PrintFileReady) -> None:
    received = order(mug(), "1002")

    said = await hear(printfile, received, received) + await hear(printfile, received)

    assert [each.key for each in said] == [order_id("1002")]


async def test_a_cancelled_orders_line_is_never_ready(
    printfile: Driver, first: PrintFileReady
) -> None:
    await printfile.hears(order_cancelled("1002"))

    assert await make(printfile, order(mug(), "1002")) == []
    assert await count(printfile.service.database, "made_for") == 1


async def test_a_line_that_changed_is_looked_up_again(
    printfile: Driver, first: PrintFileReady
) -> None:
    corrected = mug(properties=answers(Note="for the office"))

    assert await hear(printfile, order_changed("1001", items=(corrected,))) == []
    [ready] = await make(printfile)

    assert told(ready) == told(first)
    assert await make(printfile, order_changed("1001", items=(corrected,))) == []
