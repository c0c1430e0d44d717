"""A deletion that fails as nobody expected waits, and holds no other up."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.seed.products import Seed
from services.printfile.domain.jobs import Halted
from services.printfile.settings import Settings
from services.printfile.store import failing
from shared.events import Event, FailureEnded, FailureFound
from tests.integration.printfile.test_deleting import (
    LONG_AGO,
    files_in,
    keeping,  # noqa: F401 - a fixture
)
from tests.integration.printfile.test_making import make, mug, order
from tests.integration.printfile.test_pins import small
from tests.support.events import order_id, shipped
from tests.support.failures import retry
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


async def obstruct(keeping: Driver, seed: Seed, settings: Settings) -> tuple[str, Path]:  # noqa: F811
    """End an order of which one file cannot be deleted; give its key and where it lies."""
    await make(keeping, small(seed), order(mug()))
    store = Path(settings.files_store.removeprefix("file://"))
    [print_file] = (store / "prints").iterdir()
    print_file.unlink()
    (print_file / "in the way").mkdir(parents=True)
    await keeping.hears(shipped(occurred_at=LONG_AGO))
    return f"prints/{print_file.name}", print_file


async def test_a_file_that_cannot_be_deleted_holds_no_other_up(
    keeping: Driver,  # noqa: F811
    seed: Seed,
    settings: Settings,
) -> None:
    key, _ = await obstruct(keeping, seed, settings)

    with pytest.raises(Halted):
        await keeping.does_all("delete")

    async with keeping.service.database.statement() as statement:
        left = await statement.fetch("SELECT key FROM doomed_file")
    assert ([row["key"] for row in left], files_in(settings)) == ([key], {key})
    assert await keeping.does("delete") is False


async def press(printfile: Driver, name: str) -> None:
    """Have the deletion tried again, as a person asks for it on the dashboard."""
    await printfile.hears(retry(name, service="printfile", kind=failing.KIND))


def found_in(said: Sequence[Event]) -> list[tuple[str, str, str]]:
    return [
        (each.subject, each.name, each.reason) for each in said if isinstance(each, FailureFound)
    ]


def ended_in(said: Sequence[Event]) -> list[str]:
    return [each.name for each in said if isinstance(each, FailureEnded)]


async def let_files_come_due(printfile: Driver) -> None:
    async with printfile.service.database.transaction() as transaction:
        await transaction.execute("UPDATE doomed_file SET due_at = now()")


async def fail_until_told(printfile: Driver) -> list[Event]:
    """Let an order's deletion fail so often that a person is told."""
    for _ in range(failing.TOLD_AT - 1):
        await printfile.does_all("delete")
        await come_due(printfile)
    assert found_in(await printfile.says()) == []
    await printfile.does_all("delete")
    return await printfile.says()


async def test_a_deletion_that_keeps_failing_is_told_once(
    keeping: Driver,  # noqa: F811
    seed: Seed,
) -> None:
    await make(keeping, small(seed), order(mug()))
    await keeping.hears(shipped(occurred_at=LONG_AGO))
    await refuse(keeping.service, "made_for", "DELETE")

    told = found_in(await fail_until_told(keeping))
    await come_due(keeping)
    await keeping.does_all("delete")

    [(subject, name, reason)] = told
    assert (subject, name) == (failing.ORDER, order_id())
    assert "RaiseError" in reason
    assert "not this one" not in reason
    assert found_in(await keeping.says()) == []


async def test_a_deletion_is_tried_at_once_when_asked_for(
    keeping: Driver,  # noqa: F811
    seed: Seed,
) -> None:
    await make(keeping, small(seed), order(mug()))
    await keeping.hears(shipped(occurred_at=LONG_AGO))
    await refuse(keeping.service, "made_for", "DELETE")
    await fail_until_told(keeping)

    await press(keeping, order_id())
    await keeping.does_all("delete")
    again = found_in(await keeping.says())
    await allow(keeping.service)
    await press(keeping, order_id())
    await keeping.does_all("delete")

    assert [name for _, name, _ in again] == [order_id()]
    assert ended_in(await keeping.says()) == [order_id()]


async def test_what_failed_no_more_ends_when_it_is_asked_for(
    printfile: Driver,
) -> None:
    await press(printfile, order_id())

    assert ended_in(await printfile.says()) == [order_id()]


async def test_a_file_that_keeps_failing_is_told_and_can_be_tried_again(
    keeping: Driver,  # noqa: F811
    seed: Seed,
    settings: Settings,
) -> None:
    key, print_file = await obstruct(keeping, seed, settings)
    for _ in range(failing.TOLD_AT):
        with pytest.raises(Halted):
            await keeping.does_all("delete")
        await let_files_come_due(keeping)
    told = found_in(await keeping.says())
    (print_file / "in the way").rmdir()
    print_file.rmdir()
    await press(keeping, key)
    await keeping.does_all("delete")

    assert told == [(failing.FILE, key, "the object store did not delete it (GenericError)")]
    assert ended_in(await keeping.says()) == [key]
    assert files_in(settings) == set()
