"""Products whose artwork is made ready as soon as they are heard of, and what that never costs."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.files import Files
from services.printfile.settings import Settings
from services.printfile.worker import preparing
from shared.events import PrintFileFailed, PrintFileReady, ProductPublished
from tests.integration.printfile.test_making import MUG, TEE, make, mug, order, published
from tests.support.printing import picture
from tests.support.service import Driver, driving


def on_the_shelf(settings: Settings) -> set[str]:
    return {file.name for file in settings.scratch.glob("*-*.rgba")}


async def test_a_published_products_artwork_is_ready_for_its_first_order(
    printfile: Driver, settings: Settings, seed: Seed
) -> None:
    await printfile.hears(published(seed, MUG))

    await printfile.does_all("prepare")

    ready = on_the_shelf(settings)
    assert ready
    [said] = await make(printfile, order(mug()))
    assert isinstance(said, PrintFileReady)
    assert on_the_shelf(settings) == ready


async def test_every_start_prepares_what_the_disk_does_not_have(
    settings: Settings, seed: Seed
) -> None:
    async with driving(build_app(settings)) as printfile:
        await printfile.hears(published(seed, MUG), published(seed, TEE))
        await printfile.does_all("prepare")
    ready = on_the_shelf(settings)
    shutil.rmtree(settings.scratch)

    async with driving(build_app(settings)) as printfile:
        assert await printfile.does_all("prepare") > 0

    assert on_the_shelf(settings) == ready


async def test_a_new_version_of_a_product_is_prepared_and_an_old_one_is_not_again(
    printfile: Driver, settings: Settings, seed: Seed
) -> None:
    await printfile.hears(published(seed, MUG))
    await printfile.does_all("prepare")
    ready = on_the_shelf(settings)

    assert not await printfile.does("prepare")
    [product] = [each for each in seed.products if each.product_id == MUG]
    document = seed.templates[product.template]
    [place] = document["locations"]
    wide = {
        **document,
        "locations": [place | {"layers": [as_wide(each) for each in place["layers"]]}],
    }
    changes: dict[str, Any] = {"revision": 2, "template_version": 2, "template": wide}
    await printfile.hears(published(seed, MUG, **changes))
    await printfile.does_all("prepare")

    assert on_the_shelf(settings) > ready


def as_wide(layer: dict[str, Any]) -> dict[str, Any]:
    """Show the garland as large again."""
    if layer["kind"] != "image":
        return layer
    return layer | {"box": {"width": 1350, "height": 562}}


async def test_artwork_that_is_missing_is_told_once_and_by_its_order(
    printfile: Driver, seed: Seed
) -> None:
    with capture_logs() as logs:
        await printfile.hears(without_artwork(seed))
        await printfile.does_all("prepare")
        await printfile.does_all("prepare")

    told = [each for each in logs if each["event"] == "preparing_failed"]
    assert [(each["product_id"], "not in the object store" in each["reason"]) for each in told] == [
        (MUG, True)
    ]
    assert await printfile.says() == []
    [said] = await make(printfile, order(mug()))
    assert isinstance(said, PrintFileFailed)
    assert "not in the object store" in said.reason


async def test_a_product_that_cannot_be_prepared_keeps_no_other_from_it(
    printfile: Driver, settings: Settings, seed: Seed
) -> None:
    await printfile.hears(published(seed, MUG))
    await printfile.hears(without_artwork(seed, "a-later-product"))

    await printfile.does_all("prepare")

    assert on_the_shelf(settings)


def without_artwork(seed: Seed, product_id: str = MUG) -> ProductPublished:
    """Publish a mug whose garland is nowhere."""
    product = published(seed, MUG)
    document = product.template | {"preview": None}
    [place] = document["locations"]
    layers = [
        each | {"asset": "a" * 64} if each["kind"] == "image" else each for each in place["layers"]
    ]
    broken = document | {"locations": [place | {"layers": layers}]}
    return product.model_copy(update={"product_id": product_id, "template": broken})


async def test_preparing_rests_when_its_share_of_the_disk_is_full(
    settings: Settings, seed: Seed
) -> None:
    bounded = settings.model_copy(update={"prepared_bytes_max": 1})
    async with driving(build_app(bounded)) as printfile:
        await printfile.hears(published(seed, MUG))

        with capture_logs() as logs:
            await printfile.does_all("prepare")
            assert not await printfile.does("prepare")

        assert len(on_the_shelf(settings)) == 1
        assert [each["event"] for each in logs].count("preparing_rests") == 1
        [said] = await make(printfile, order(mug()))
    assert isinstance(said, PrintFileReady)


async def test_preparing_leaves_the_disk_to_the_orders(
    printfile: Driver, settings: Settings, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "FREE_BYTES_MIN", shutil.disk_usage(settings.scratch).total)
    await printfile.hears(published(seed, MUG))

    assert not await printfile.does("prepare")
    monkeypatch.undo()

    assert await printfile.does_all("prepare") > 0


async def test_a_product_of_a_hundred_artworks_holds_up_no_order(
    printfile: Driver, settings: Settings, seed: Seed, tmp_path: Path
) -> None:
    await printfile.hears(published(seed, MUG))
    await printfile.hears(await of_many_artworks(settings, tmp_path, seed, 100))
    await printfile.does("prepare")
    before = on_the_shelf(settings)
    assert before

    [said] = await make(printfile, order(mug()))

    assert isinstance(said, PrintFileReady)
    assert await printfile.does_all("prepare") > 100


async def of_many_artworks(
    settings: Settings, folder: Path, seed: Seed, count: int
) -> ProductPublished:
    """Publish a product whose shopper chooses among many artworks."""
    files = Files(settings.files_store)
    await files.open()
    options = {}
    for number in range(count):
        content = picture(width=20 + number, height=20)
        sha256 = hashlib.sha256(content).hexdigest()
        (folder / sha256).write_bytes(content)
        await files.keep(f"assets/{sha256}.png", folder / sha256)
        options[str(number)] = sha256
    field = {"name": "art", "property": "Art", "kind": "choice", "options": options}
    box = {"width": 100, "height": 100}
    layer = {"id": "art", "kind": "image", "choice": "art", "box": box}
    place = {"id": "front", "width": 200, "height": 200, "layers": [layer]}
    document = {"name": "Many", "fields": [field], "locations": [place]}
    product = published(seed, MUG, variants=[])
    return product.model_copy(update={"product_id": "many", "template": document})
