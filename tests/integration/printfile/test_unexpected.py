"""What printfile does when making a line's files fails as nobody expected."""

from collections.abc import AsyncIterator

import pytest

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.settings import Settings
from shared.events import Event, PrintFileFailed, PrintFileReady
from shared.unexpected import UNEXPECTED_MAX
from tests.integration.printfile.test_making import make, mug, order
from tests.integration.printfile.test_pins import again, small
from tests.support.events import order_id
from tests.support.service import Driver, driving

FIRST_SECONDS = 100


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Driver]:
    """Give the service, which tries again at once."""
    changes = {"retry_first_seconds": 0, "retry_last_seconds": 0}
    async with driving(build_app(settings.model_copy(update=changes))) as driver:
        yield driver


async def execute(printfile: Driver, statement: str, *values: object) -> None:
    async with printfile.service.database.statement() as transaction:
        await transaction.execute(statement, *values)


async def spoil(printfile: Driver) -> None:
    """Have the line of the first order be of a form that nobody can read."""
    spoiled = "UPDATE item SET line = line - 'title' WHERE order_id = $1"
    await execute(printfile, spoiled, order_id("1001"))


async def give_up(printfile: Driver) -> list[Event]:
    """Have the lines tried until that ends, and give what was said."""
    for _ in range(UNEXPECTED_MAX):
        await printfile.tries("make")
    return await printfile.says()


async def test_a_line_that_fails_unexpectedly_waits_longer_each_time(
    settings: Settings, seed: Seed
) -> None:
    changes = {"retry_first_seconds": FIRST_SECONDS, "retry_last_seconds": FIRST_SECONDS * 100}
    waits, reasons = [], []
    async with driving(build_app(settings.model_copy(update=changes))) as printfile:
        await printfile.hears(small(seed), order(mug()))
        await spoil(printfile)
        for _ in range(3):
            await printfile.tries("make")
            async with printfile.service.database.transaction() as transaction:
                row = await transaction.fetchrow(
                    "SELECT reason, extract(epoch FROM due_at - now())::float AS wait FROM item"
                )
                await transaction.execute("UPDATE item SET due_at = now()")
            assert row is not None
            waits.append(row["wait"])
            reasons.append(row["reason"])

    assert [wait >= FIRST_SECONDS * 2**place / 2 - 10 for place, wait in enumerate(waits)] == [
        True
    ] * 3
    assert ["ValidationError" in reason for reason in reasons] == [True] * 3


async def test_a_line_that_cannot_be_read_fails_with_the_reason_and_no_neighbour(
    hasty: Driver, seed: Seed
) -> None:
    await hasty.hears(small(seed), order(mug(), "1001"), order(mug(), "1002"))
    await spoil(hasty)

    ready, failed = await give_up(hasty)

    assert isinstance(ready, PrintFileReady)
    assert isinstance(failed, PrintFileFailed)
    assert (ready.key, failed.key) == (order_id("1002"), order_id("1001"))
    assert (failed.code, failed.item_fingerprint) == ("render_failed", mug().fingerprint)
    assert "ValidationError" in failed.reason
    assert await hasty.tries("make") == 0


async def test_a_line_is_made_again_once_its_cause_is_mended(hasty: Driver, seed: Seed) -> None:
    await make(hasty, small(seed), order(mug()))
    await execute(hasty, "UPDATE made SET content = jsonb_build_object('spoiled', content)")
    await hasty.hears(again())
    [failed] = await give_up(hasty)
    await execute(hasty, "UPDATE made SET content = content -> 'spoiled'")

    await hasty.hears(again())
    await hasty.tries("make")

    assert isinstance(failed, PrintFileFailed)
    assert "services.printfile" in failed.reason
    assert [type(event) for event in await hasty.says()] == [PrintFileReady]
