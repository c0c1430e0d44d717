"""Files go when no order needs them: after their time, or when a person asks for it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.settings import Settings
from shared.events import Event, PrintFileReady, PrintFilesDeleted
from shared.signed_urls import FileUrls
from tests.integration.printfile.conftest import SIGNING_KEY
from tests.integration.printfile.test_making import TEE, answers, make, mug, order, published
from tests.integration.printfile.test_pins import again, small
from tests.support.events import line_item, order_cancelled, order_id, order_received, shipped
from tests.support.printing import photo, template
from tests.support.service import Driver, driving

LONG_AGO = datetime.now(UTC) - timedelta(days=40)


@pytest.fixture
async def keeping(settings: Settings) -> AsyncIterator[Driver]:
    """Give a printfile that keeps files for 30 days after an order's end."""
    kept = settings.model_copy(update={"files_kept_days": 30, "deletion_grace_seconds": 0})
    async with driving(build_app(kept)) as driver:
        yield driver


def files_in(settings: Settings) -> set[str]:
    store = Path(settings.files_store.removeprefix("file://"))
    return {
        f"{folder}/{path.name}"
        for folder in ("prints", "previews", "photos")
        if (store / folder).is_dir()
        for path in (store / folder).iterdir()
    }


def ready_of(said: list[Event]) -> PrintFileReady:
    [ready] = said
    assert isinstance(ready, PrintFileReady), ready
    return ready


async def ends(printfile: Driver, *events: Event) -> list[Event]:
    await printfile.hears(*events)
    await printfile.does_all("delete")
    return await printfile.says()


async def ask_for_deletion(printfile: Driver, number: str = "1001") -> None:
    async with printfile.service.database.transaction() as transaction:
        await transaction.execute(
            "UPDATE ended_order SET deletion_asked_at = now() WHERE order_id = $1",
            order_id(number),
        )


async def test_files_go_when_an_order_has_been_over_for_long(
    keeping: Driver, seed: Seed, settings: Settings, photos_url: str
) -> None:
    document = template(photo()).model_dump(mode="json", exclude_none=True)
    tee = line_item(
        storefront_variant_id="9107",
        properties=answers(Name="Ada", Photo=f"{photos_url}/beach.jpg"),
    )
    ready = ready_of(await make(keeping, published(seed, TEE, template=document), order(tee)))
    assert len(files_in(settings)) == 4

    [deleted] = await ends(keeping, shipped(occurred_at=LONG_AGO))

    assert isinstance(deleted, PrintFilesDeleted)
    assert (deleted.order_id, deleted.why) == (order_id(), "kept_long_enough")
    assert files_in(settings) == set()
    urls = FileUrls("http://printfile", SIGNING_KEY)
    answer = await keeping.http.get(urls.url_of(ready.files[0].key, datetime.now(UTC)))
    assert answer.status_code == 404


async def test_files_stay_until_their_time_has_come(
    keeping: Driver, seed: Seed, settings: Settings
) -> None:
    await make(keeping, small(seed), order(mug()))
    before = files_in(settings)

    assert await ends(keeping, shipped(occurred_at=datetime.now(UTC))) == []
    assert files_in(settings) == before


async def test_the_last_package_counts(keeping: Driver, seed: Seed, settings: Settings) -> None:
    await make(keeping, small(seed), order(mug()))

    said = await ends(
        keeping,
        shipped(occurred_at=datetime.now(UTC), shipment_id="second"),
        shipped(occurred_at=LONG_AGO),
    )

    assert said == []


async def test_a_file_that_another_order_needs_stays(
    keeping: Driver, seed: Seed, settings: Settings
) -> None:
    await make(keeping, small(seed), order(mug(), "1001"), order(mug(), "1002"))
    shared = files_in(settings)

    await ends(keeping, shipped("1001", occurred_at=LONG_AGO))
    kept = files_in(settings)
    await ends(keeping, shipped("1002", occurred_at=LONG_AGO))

    assert kept == shared
    assert files_in(settings) == set()


async def test_for_ever_is_for_ever(printfile: Driver, seed: Seed, settings: Settings) -> None:
    await make(printfile, small(seed), order(mug()))

    assert await ends(printfile, shipped(occurred_at=LONG_AGO)) == []
    assert files_in(settings) != set()


async def test_a_person_can_have_an_orders_files_and_answers_deleted(
    keeping: Driver, seed: Seed, settings: Settings
) -> None:
    await make(keeping, small(seed), order(mug()))
    await keeping.hears(order_cancelled(cancelled_at=datetime.now(UTC)))
    await ask_for_deletion(keeping)

    [deleted] = await ends(keeping)

    assert isinstance(deleted, PrintFilesDeleted)
    assert deleted.why == "asked_for"
    assert files_in(settings) == set()
    async with keeping.service.database.transaction() as transaction:
        assert await transaction.fetchval("SELECT count(*) FROM item") == 0
    assert await make(keeping, again(), order_received(items=(mug(),))) == []


async def test_deleted_files_are_made_again_when_they_are_wanted(
    keeping: Driver, seed: Seed, settings: Settings
) -> None:
    before = ready_of(await make(keeping, small(seed), order(mug())))
    await ends(keeping, shipped(occurred_at=LONG_AGO))

    after = ready_of(await make(keeping, again()))

    assert after.files == before.files
    assert set(after.files[0].key.split()) <= files_in(settings)


async def test_a_file_found_before_its_deletion_is_spared(settings: Settings, seed: Seed) -> None:
    patient = {"files_kept_days": 30, "deletion_grace_seconds": 600}
    async with driving(build_app(settings.model_copy(update=patient))) as keeping:
        ready = ready_of(await make(keeping, small(seed), order(mug(), "1001")))
        await ends(keeping, shipped("1001", occurred_at=LONG_AGO))
        await make(keeping, order(mug(), "1002"))
        async with keeping.service.database.transaction() as transaction:
            doomed = await transaction.fetchval("SELECT count(*) FROM doomed_file")

    assert doomed == 0
    assert ready.files[0].key in files_in(settings)


async def test_a_file_whose_deletion_has_begun_is_made_anew(settings: Settings, seed: Seed) -> None:
    patient = {"retry_first_seconds": 0, "retry_last_seconds": 0, "photo_attempts": 4}
    async with driving(build_app(settings.model_copy(update=patient))) as printfile:
        ready = ready_of(await make(printfile, small(seed), order(mug(), "1001")))
        key = ready.files[0].key
        async with printfile.service.database.transaction() as transaction:
            await transaction.execute(
                "INSERT INTO doomed_file VALUES ($1, now() + interval '1 hour', true)", key
            )
        await printfile.hears(order(mug(), "1002"))
        await printfile.does("make")
        said_meanwhile = await printfile.says()
        async with printfile.service.database.transaction() as transaction:
            await transaction.execute("DELETE FROM doomed_file")
        (Path(settings.files_store.removeprefix("file://")) / key).unlink()
        again_made = ready_of(await make(printfile))

    assert said_meanwhile == []
    assert again_made.files == ready.files
    assert key in files_in(settings)
