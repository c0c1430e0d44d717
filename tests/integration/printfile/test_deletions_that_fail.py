"""A deletion that fails as nobody expected waits, and holds no other up."""

from pathlib import Path

import pytest

from deploy.seed.products import Seed
from services.printfile.settings import Settings
from shared.outside import Unavailable
from tests.integration.printfile.test_deleting import (
    LONG_AGO,
    files_in,
    keeping,  # noqa: F401 - a fixture
)
from tests.integration.printfile.test_making import make, mug, order
from tests.integration.printfile.test_pins import small
from tests.support.events import order_id, shipped
from tests.support.refusing import allow, refuse
from tests.support.service import Driver


async def come_due(printfile: Driver) -> list[float]:
    """Let the time of what was put off come; give how long it would have waited, in seconds."""
    async with printfile.service.database.transaction() as transaction:
        rows = await transaction.fetch(
            "SELECT extract(epoch FROM try_at - now())::float AS wait FROM ended_order "
            "WHERE failures > 0"
        )
        await transaction.execute("UPDATE ended_order SET try_at = now()")
    return [row["wait"] for row in rows]


async def test_an_order_whose_files_cannot_be_let_go_holds_no_other_up(
    keeping: Driver,  # noqa: F811
    seed: Seed,
) -> None:
    await make(keeping, small(seed), order(mug(), "1001"), order(mug(), "1002"))
    await keeping.hears(
        shipped("1001", occurred_at=LONG_AGO), shipped("1002", occurred_at=LONG_AGO)
    )
    await refuse(keeping.service, "made_for", "DELETE")

    await keeping.does_all("delete")
    [gone] = await keeping.says()
    waits = await come_due(keeping)
    await keeping.does_all("delete")
    later = await come_due(keeping)

    assert gone.key == order_id("1002")
    assert [wait > 0 for wait in waits + later] == [True, True]
    assert later > waits

    await allow(keeping.service)
    await keeping.does_all("delete")
    assert [said.key for said in await keeping.says()] == [order_id("1001")]


async def test_a_file_that_cannot_be_deleted_holds_no_other_up(
    keeping: Driver,  # noqa: F811
    seed: Seed,
    settings: Settings,
) -> None:
    await make(keeping, small(seed), order(mug()))
    store = Path(settings.files_store.removeprefix("file://"))
    [print_file] = (store / "prints").iterdir()
    print_file.unlink()
    (print_file / "in the way").mkdir(parents=True)
    await keeping.hears(shipped(occurred_at=LONG_AGO))

    with pytest.raises(Unavailable):
        await keeping.does_all("delete")

    async with keeping.service.database.statement() as statement:
        left = await statement.fetch("SELECT key FROM doomed_file")
    key = f"prints/{print_file.name}"
    assert ([row["key"] for row in left], files_in(settings)) == ([key], {key})
    assert await keeping.does("delete") is False
