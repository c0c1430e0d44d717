"""What printfile does while a line waits for something that does not come."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.settings import Settings
from shared.events import Event, PrintFileFailed, PrintFileReady
from shared.signed_urls import FileUrls
from tests.integration.printfile.conftest import SIGNING_KEY
from tests.integration.printfile.test_making import (
    MUG,
    TEE,
    answers,
    make,
    mug,
    order,
    published,
)
from tests.support.disks import fill, make_room, small_disk
from tests.support.events import line_item, order_id
from tests.support.service import Driver, driving

NOBODY = "http://127.0.0.1:9"
NO_PHOTO = {"Name": "Ada", "Photo": f"{NOBODY}/beach.jpg"}
FULL = "the disk that print files are made on has"
FULL_TO_KEEP = "the disk that print files are kept on has 0 MB left"
AWAY = "the object store did not"
AT_ONCE = {"retry_first_seconds": 0, "retry_last_seconds": 0}
NO_ROOM = AT_ONCE | {"scratch_free_bytes_min": 10**18}
OFTEN = 8


@pytest.fixture
def store(settings: Settings) -> Path:
    """Give the folder that is the object store."""
    return Path(settings.files_store.removeprefix("file://"))


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Driver]:
    """Drive a printfile that tries again at once."""
    async with driving(build_app(settings.model_copy(update=AT_ONCE))) as driver:
        yield driver


async def tries(printfile: Driver) -> list[Event]:
    """Have it try many times, and give what it says of that."""
    for _ in range(OFTEN):
        await printfile.does("make")
    return await printfile.says()


def move(store: Path, disk: Path) -> None:
    """Have the store be on this disk."""
    shutil.copytree(store, disk, dirs_exist_ok=True)
    shutil.rmtree(store)
    store.symlink_to(disk)


def unplug(store: Path) -> None:
    """Have the store fail at whatever it is asked."""
    store.rename(store.with_suffix(".unplugged"))
    store.touch()


def plug_in(store: Path) -> None:
    """Have the store work again."""
    store.unlink()
    store.with_suffix(".unplugged").rename(store)


async def test_a_photo_that_does_not_come_holds_no_other_line_up(
    settings: Settings, seed: Seed
) -> None:
    waiting = line_item(storefront_variant_id="9107", properties=answers(**NO_PHOTO))
    later = {"photo_attempts": 9, "retry_first_seconds": 60, "retry_last_seconds": 60}
    async with driving(build_app(settings.model_copy(update=later))) as printfile:
        await printfile.hears(
            published(seed, TEE),
            published(seed, MUG),
            order(waiting, "1001"),
            *(order(mug(), number) for number in ("1002", "1003")),
        )

        attempts = await printfile.does_all("make")
        said = await printfile.says()

    assert attempts == 3
    assert [type(event) for event in said] == [PrintFileReady, PrintFileReady]
    assert {event.key for event in said} == {order_id("1002"), order_id("1003")}


async def test_a_full_disk_is_told_once_and_waited_for(settings: Settings, seed: Seed) -> None:
    async with driving(build_app(settings.model_copy(update=NO_ROOM))) as printfile:
        await printfile.hears(published(seed, MUG), order(mug()))
        said = await tries(printfile)
        health = await printfile.http.get("/health/ready")
    async with driving(build_app(settings)) as printfile:
        await printfile.does_all("make")
        said += await printfile.says()
        healed = await printfile.http.get("/health/ready")

    failed, ready = said
    assert isinstance(failed, PrintFileFailed)
    assert isinstance(ready, PrintFileReady)
    assert failed.reason.startswith(FULL)
    assert health.json()["parts"]["scratch"].startswith(FULL)
    assert healed.json()["parts"]["scratch"] == "ok"


async def test_without_room_files_that_are_made_are_still_given(
    printfile: Driver, settings: Settings, seed: Seed
) -> None:
    [ready] = await make(printfile, published(seed, MUG), order(mug()))
    assert isinstance(ready, PrintFileReady)
    url = FileUrls("http://printfile", SIGNING_KEY).url_of(ready.files[0].key, datetime.now(UTC))

    async with driving(build_app(settings.model_copy(update=NO_ROOM))) as full:
        file = await full.http.get(url)

    assert file.status_code == 200


async def test_waiting_for_room_is_no_failure_of_the_line(settings: Settings, seed: Seed) -> None:
    tee = line_item(storefront_variant_id="9107", properties=answers(**NO_PHOTO))
    async with driving(build_app(settings.model_copy(update=NO_ROOM))) as printfile:
        await printfile.hears(published(seed, TEE), order(tee))
        [no_room] = await tries(printfile)
    twice = AT_ONCE | {"photo_attempts": 2}
    async with driving(build_app(settings.model_copy(update=twice))) as printfile:
        await printfile.does("make")
        after_one = await printfile.says()
        await printfile.does("make")
        [no_photo] = await printfile.says()

    assert isinstance(no_room, PrintFileFailed)
    assert isinstance(no_photo, PrintFileFailed)
    assert no_room.reason.startswith(FULL)
    assert after_one == []
    assert no_photo.code == "photo_unavailable"


async def test_a_full_object_store_is_told_once_and_waited_for(
    hasty: Driver, store: Path, tmp_path: Path, seed: Seed
) -> None:
    with small_disk(tmp_path / "small", 32) as disk:
        move(store, disk)
        fill(disk)
        await hasty.hears(published(seed, MUG), order(mug()))

        said = await tries(hasty)
        health = (await hasty.http.get("/health/ready")).json()
        make_room(disk)
        healed = (await hasty.http.get("/health/ready")).json()
        await hasty.does("make")
        said += await hasty.says()

    failed, ready = said
    assert isinstance(failed, PrintFileFailed)
    assert isinstance(ready, PrintFileReady)
    assert failed.reason.startswith(FULL_TO_KEEP)
    assert failed.code == "render_failed"
    assert health["parts"]["files"].startswith(FULL_TO_KEEP)
    assert healed["parts"]["files"] == "ok"


async def test_an_object_store_that_is_away_is_told_once_and_waited_for(
    hasty: Driver, store: Path, seed: Seed
) -> None:
    await hasty.hears(published(seed, MUG), order(mug()))
    unplug(store)

    said = await tries(hasty)
    plug_in(store)
    await hasty.does("make")
    said += await hasty.says()

    failed, ready = said
    assert isinstance(failed, PrintFileFailed)
    assert isinstance(ready, PrintFileReady)
    assert failed.reason.startswith(AWAY)
    assert "\n" not in failed.reason
    assert failed.code == "render_failed"


async def test_a_file_that_cannot_be_read_now_is_asked_for_again(
    printfile: Driver, store: Path, seed: Seed
) -> None:
    [ready] = await make(printfile, published(seed, MUG), order(mug()))
    assert isinstance(ready, PrintFileReady)
    url = FileUrls("http://printfile", SIGNING_KEY).url_of(ready.files[0].key, datetime.now(UTC))
    unplug(store)

    answer = await printfile.http.get(url)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1")
