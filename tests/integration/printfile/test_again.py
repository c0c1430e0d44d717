"""A job that was done is found again: the same bytes, and nothing is drawn twice."""

from pathlib import Path

import psutil

from deploy.seed.products import Seed
from services.printfile.settings import Settings
from shared.events import Event, PrintFileFailed, PrintFileReady
from tests.integration.printfile.test_making import TEE, answers, make, mug, order, published
from tests.integration.printfile.test_pins import again, small
from tests.support.events import line_item
from tests.support.printing import photo, template
from tests.support.service import Driver


def paths_of(ready: PrintFileReady, settings: Settings) -> list[Path]:
    store = Path(settings.files_store.removeprefix("file://"))
    return [store / key for key in (ready.files[0].key, ready.preview.key)]


def ready_of(said: list[Event]) -> PrintFileReady:
    [ready] = said
    assert isinstance(ready, PrintFileReady), ready
    return ready


def drawing_seconds() -> float:
    """Tell how long the drawing process has worked, to see that it has not worked again."""
    [process] = [each for each in psutil.Process().children() if "renderer" in each.cmdline()[-2]]
    times = process.cpu_times()
    return float(times.user + times.system)


async def test_made_again_a_file_is_found_and_not_drawn(printfile: Driver, seed: Seed) -> None:
    before = ready_of(await make(printfile, small(seed), order(mug())))
    drawn = drawing_seconds()

    after = ready_of(await make(printfile, again()))

    assert (after.files, after.preview) == (before.files, before.preview)
    assert drawing_seconds() == drawn


async def test_the_same_answers_of_another_order_are_not_drawn_again(
    printfile: Driver, seed: Seed
) -> None:
    before = ready_of(await make(printfile, small(seed), order(mug(), "1001")))
    drawn = drawing_seconds()

    other = ready_of(await make(printfile, order(mug(), "1002")))

    assert other.files == before.files
    assert drawing_seconds() == drawn


async def test_a_damaged_file_is_drawn_anew_with_the_same_bytes(
    printfile: Driver, seed: Seed, settings: Settings
) -> None:
    before = ready_of(await make(printfile, small(seed), order(mug())))
    paths = paths_of(before, settings)
    whole = [path.read_bytes() for path in paths]
    paths[0].write_bytes(whole[0][:-1] + b"?")
    paths[1].unlink()

    after = ready_of(await make(printfile, again()))

    assert (after.files, after.preview) == (before.files, before.preview)
    assert [path.read_bytes() for path in paths] == whole


async def test_a_missing_file_is_noticed_by_the_next_order_too(
    printfile: Driver, seed: Seed, settings: Settings
) -> None:
    before = ready_of(await make(printfile, small(seed), order(mug(), "1001")))
    paths = paths_of(before, settings)
    paths[0].unlink()

    # The same process has just made it, and looks only when somebody asks again.
    ready_of(await make(printfile, again()))

    assert paths[0].is_file()


def with_photo(address: str) -> dict[str, object]:
    return {
        "storefront_variant_id": "9107",
        "properties": answers(Name="Ada", Photo=address),
    }


async def test_a_lost_photo_is_fetched_anew_or_missed_by_name(
    printfile: Driver, seed: Seed, settings: Settings, photos_url: str
) -> None:
    document = template(photo()).model_dump(mode="json", exclude_none=True)
    product = published(seed, TEE, template=document)
    tee = line_item(**with_photo(f"{photos_url}/beach.jpg"))
    before = ready_of(await make(printfile, product, order(tee)))
    store = Path(settings.files_store.removeprefix("file://"))
    for path in [*(store / "photos").iterdir(), *paths_of(before, settings)]:
        path.write_bytes(b"damaged")

    after = ready_of(await make(printfile, again()))

    assert after.files == before.files
    async with printfile.service.database.transaction() as transaction:
        await transaction.execute("DELETE FROM photo_for")
        await transaction.execute("DELETE FROM photo")
        await transaction.execute(
            "UPDATE item SET line = replace(line::text, 'beach.jpg', 'gone.jpg')::jsonb"
        )
    [failed] = await make(printfile, again())
    assert isinstance(failed, PrintFileFailed)
    assert (failed.code, "HTTP 404" in failed.reason) == ("photo_unavailable", True)
