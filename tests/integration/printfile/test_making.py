"""What printfile makes of an order's lines, and what it says when it cannot."""

import asyncio
from typing import Any

import pytest

from deploy.seed.products import Seed
from shared.events import (
    Event,
    LineItem,
    OrderReceived,
    PrintFileFailed,
    PrintFileReady,
    PrintFileRequested,
    ProductPublished,
    Property,
)
from tests.support.events import (
    line_item,
    order_cancelled,
    order_id,
    order_received,
    product_published,
)
from tests.support.service import Driver

MUG, TEE = "family-mug", "adventure-tee"


def published(seed: Seed, product_id: str, **changes: Any) -> ProductPublished:
    product = next(each for each in seed.products if each.product_id == product_id)
    values: dict[str, Any] = {
        "template": seed.templates[product.template],
        "print_locations": product.print_locations,
        "variants": [
            {
                "variant_id": each.variant_id,
                "storefront_variant_id": each.storefront_variant_id,
                "sku": f"{product_id}-{each.variant_id}".upper(),
                "title": each.title,
                "provider_variant_id": each.provider_variant_id,
            }
            for each in product.variants
        ],
    }
    return product_published(product_id, **values | changes)


def answers(**given: str) -> tuple[Property, ...]:
    return tuple(Property(name=name, value=value) for name, value in given.items())


def mug(**changes: Any) -> LineItem:
    values: dict[str, Any] = {
        "storefront_variant_id": "9201",
        "variant_title": "White / 11 oz",
        "properties": answers(Name="Ada", Message="Hello & good morning"),
    }
    return line_item(**values | changes)


def order(item: LineItem, number: str = "1001") -> OrderReceived:
    return order_received(number, items=(item,))


async def make(printfile: Driver, *events: Event) -> list[Event]:
    await printfile.hears(*events)
    await printfile.does_all("make")
    return await printfile.says()


async def test_a_personalized_tee_becomes_a_full_size_print_file(
    printfile: Driver, seed: Seed, photos_url: str
) -> None:
    tee = line_item(
        storefront_variant_id="9107",
        variant_title="Black / M",
        properties=answers(Name="The Lovelaces", Photo=f"{photos_url}/beach.jpg"),
    )

    [ready] = await make(printfile, published(seed, TEE), order(tee))

    assert isinstance(ready, PrintFileReady), ready
    [file] = ready.files
    assert (file.print_location, file.width_px, file.height_px, file.dpi) == (
        "front",
        4500,
        5400,
        300,
    )
    assert (ready.product_id, ready.variant_id) == (TEE, "black-m")
    assert ready.item_fingerprint == tee.fingerprint


async def test_the_same_answers_give_the_same_file(printfile: Driver, seed: Seed) -> None:
    first, second = await make(
        printfile, published(seed, MUG), order(mug(), "1001"), order(mug(), "1002")
    )

    assert isinstance(first, PrintFileReady)
    assert isinstance(second, PrintFileReady)
    assert first.files == second.files


async def test_an_unknown_product_is_said_and_taken_up_once_published(
    printfile: Driver, seed: Seed
) -> None:
    [failed] = await make(printfile, order(mug()))
    [ready] = await make(printfile, published(seed, MUG))

    assert isinstance(failed, PrintFileFailed)
    assert failed.code == "unknown_product"
    assert isinstance(ready, PrintFileReady)


async def test_a_line_is_known_by_its_variant_before_its_sku(printfile: Driver, seed: Seed) -> None:
    item = mug(sku="ADVENTURE-TEE-BLACK-M")

    [ready] = await make(printfile, published(seed, TEE), published(seed, MUG), order(item))

    assert isinstance(ready, PrintFileReady)
    assert ready.product_id == MUG


async def test_a_personalized_product_without_answers_is_not_printed_blank(
    printfile: Driver, seed: Seed
) -> None:
    [failed] = await make(printfile, published(seed, MUG), order(mug(properties=())))

    assert isinstance(failed, PrintFileFailed)
    assert failed.code == "missing_personalization"


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        ("broken.jpg", "photo_unusable"),
        ("nowhere.jpg", "photo_unavailable"),
    ],
)
async def test_a_photo_that_cannot_be_used_is_said_with_the_reason(
    printfile: Driver, seed: Seed, photos_url: str, photo: str, code: str
) -> None:
    tee = line_item(
        storefront_variant_id="9107",
        properties=answers(Name="Ada", Photo=f"{photos_url}/{photo}"),
    )

    [failed] = await make(printfile, published(seed, TEE), order(tee))

    assert isinstance(failed, PrintFileFailed)
    assert failed.code == code
    assert len(failed.reason) > 10


async def test_a_person_can_have_a_file_made_again(printfile: Driver, seed: Seed) -> None:
    [before] = await make(printfile, published(seed, MUG), order(mug()))
    request = PrintFileRequested(order_id=order_id(), line_item_id="7001", requested_by="merchant")
    [again] = await make(printfile, request)

    assert isinstance(before, PrintFileReady)
    assert isinstance(again, PrintFileReady)
    assert again.files == before.files


async def test_a_persons_correction_is_printed_and_stays(printfile: Driver, seed: Seed) -> None:
    first = mug(properties=answers(Name="Ada"))
    corrected = mug(properties=answers(Name="Boris"))
    await make(printfile, published(seed, MUG), order(first))
    request = PrintFileRequested(
        order_id=order_id(),
        line_item_id=first.line_item_id,
        requested_by="merchant",
        line=corrected,
        corrects=first.fingerprint,
    )

    [ready] = await make(printfile, request)

    assert isinstance(ready, PrintFileReady)
    assert ready.item_fingerprint == corrected.fingerprint
    assert await make(printfile, order(first)) == []
    newer = mug(properties=answers(Name="Cleo"))
    [again] = await make(printfile, order(newer))
    assert isinstance(again, PrintFileReady)
    assert again.item_fingerprint == newer.fingerprint


async def test_an_order_cancelled_before_it_came_is_never_made(
    printfile: Driver, seed: Seed
) -> None:
    assert await make(printfile, published(seed, MUG), order_cancelled(), order(mug())) == []


async def test_two_workers_never_make_the_same_line(printfile: Driver, seed: Seed) -> None:
    await printfile.hears(published(seed, MUG), order(mug()))

    worked = await asyncio.gather(printfile.does("make"), printfile.does("make"))

    assert sorted(worked) == [False, True]
    assert len(await printfile.says()) == 1
