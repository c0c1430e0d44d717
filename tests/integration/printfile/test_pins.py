"""Open orders are printed from the template that they were ordered with."""

from typing import Any

import pytest

from deploy.seed.products import Seed
from shared.events import (
    Event,
    PrintFileReady,
    PrintFileRequested,
    ProductChanged,
    ProductPublished,
)
from tests.integration.printfile.test_making import MUG, TEE, answers, make, mug, order, published
from tests.support.events import order_changed, order_id
from tests.support.printing import template, text
from tests.support.service import Driver


def small(seed: Seed, product_id: str = MUG, **changes: Any) -> ProductPublished:
    """Give a product with a small print of the shopper's name."""
    document = template(text(**changes)).model_dump(mode="json", exclude_none=True)
    return published(seed, product_id, template=document)


def changed(seed: Seed) -> ProductChanged:
    """Give the small product with a name printed in red."""
    values = {"revision": 2, "template_version": 2}
    product = small(seed, fill="#ff0000").model_dump(exclude={"event_id"})
    return ProductChanged(**product | values)


def again(**changes: Any) -> PrintFileRequested:
    values: dict[str, Any] = {"line_item_id": "7001", "requested_by": "merchant"}
    return PrintFileRequested(order_id=order_id(), **values | changes)


async def made(printfile: Driver, *events: Event) -> PrintFileReady:
    [ready] = await make(printfile, *events)
    assert isinstance(ready, PrintFileReady), ready
    return ready


async def test_made_again_an_order_keeps_the_template_it_had(printfile: Driver, seed: Seed) -> None:
    product = small(seed)
    before = await made(printfile, product, order(mug()))

    after = await made(printfile, changed(seed), again())

    assert (after.template_version, after.files) == (1, before.files)


async def test_a_new_order_is_printed_from_the_new_template(printfile: Driver, seed: Seed) -> None:
    product = small(seed)
    before = await made(printfile, product, order(mug(), "1001"))

    new = await made(printfile, changed(seed), order(mug(), "1002"))

    assert new.template_version == 2
    assert new.files != before.files


async def test_a_person_may_choose_the_newest_template(printfile: Driver, seed: Seed) -> None:
    product = small(seed)
    before = await made(printfile, product, order(mug()))

    newest = await made(printfile, changed(seed), again(template="newest"))
    kept = await made(printfile, again())

    assert newest.template_version == 2
    assert newest.files != before.files
    assert kept.files == newest.files


@pytest.mark.parametrize("said", ["by a person", "by the store"])
async def test_a_corrected_line_keeps_its_template(
    printfile: Driver, seed: Seed, said: str
) -> None:
    product, first = small(seed), mug()
    corrected = mug(properties=answers(Name="Boris"))
    await made(printfile, product, order(first), changed(seed))

    after = await made(
        printfile,
        again(line=corrected, corrects=first.fingerprint)
        if said == "by a person"
        else order_changed(items=(corrected,)),
    )

    assert (after.template_version, after.item_fingerprint) == (1, corrected.fingerprint)


async def test_a_line_waiting_in_the_queue_is_pinned_already(printfile: Driver, seed: Seed) -> None:
    product = small(seed)
    await printfile.hears(product, order(mug()))

    ready = await made(printfile, changed(seed))

    assert ready.template_version == 1


async def test_a_line_of_an_unknown_product_is_pinned_when_it_is_published(
    printfile: Driver, seed: Seed
) -> None:
    product = small(seed)
    await make(printfile, order(mug()))
    first = await made(printfile, product)

    after = await made(printfile, changed(seed), again())

    assert (after.template_version, after.files) == (1, first.files)


async def test_a_line_whose_product_came_while_it_was_heard_is_pinned_when_taken(
    printfile: Driver, seed: Seed
) -> None:
    await printfile.hears(small(seed), order(mug()))
    async with printfile.service.database.transaction() as transaction:
        await transaction.execute(
            "UPDATE item SET product_id = NULL, variant_id = NULL, template_version = NULL"
        )

    ready = await made(printfile)
    after = await made(printfile, changed(seed), again())

    assert (ready.template_version, after.template_version) == (1, 1)


async def test_a_line_that_becomes_another_product_is_pinned_anew(
    printfile: Driver, seed: Seed
) -> None:
    product = small(seed)
    await made(printfile, small(seed, TEE), product, order(mug()))
    other = mug(storefront_variant_id="9107", properties=answers(Name="Ada"))

    ready = await made(printfile, order_changed(items=(other,)))

    assert (ready.product_id, ready.variant_id) == (TEE, "black-m")
