"""What printfile does while a line waits for something that does not come."""

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.settings import Settings
from shared.events import PrintFileFailed, PrintFileReady
from tests.integration.printfile.test_making import MUG, TEE, answers, mug, order, published
from tests.support.events import line_item, order_id
from tests.support.service import driving

NOBODY = "http://127.0.0.1:9"
FULL = "the disk that print files are made on has"


async def test_a_photo_that_does_not_come_holds_no_other_line_up(
    settings: Settings, seed: Seed
) -> None:
    waiting = line_item(
        storefront_variant_id="9107",
        properties=answers(Name="Ada", Photo=f"{NOBODY}/beach.jpg"),
    )
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
    full = {"scratch_free_bytes_min": 10**18, "retry_first_seconds": 0, "retry_last_seconds": 0}
    said = []
    async with driving(build_app(settings.model_copy(update=full))) as printfile:
        await printfile.hears(published(seed, MUG), order(mug()))
        for _ in range(8):
            await printfile.does("make")
        said += await printfile.says()
        health = await printfile.http.get("/health/ready")
    async with driving(build_app(settings)) as printfile:
        await printfile.does_all("make")
        said += await printfile.says()
        healed = await printfile.http.get("/health/ready")

    failed, ready = said
    assert isinstance(failed, PrintFileFailed)
    assert isinstance(ready, PrintFileReady)
    assert failed.reason.startswith(FULL)
    assert health.status_code == 503
    assert health.json()["parts"]["scratch"].startswith(FULL)
    assert healed.json()["parts"]["scratch"] == "ok"
