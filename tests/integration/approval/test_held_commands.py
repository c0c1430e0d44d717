"""`platen held`: what an operator does about what the broker does not take, from a terminal."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.roles import SERVICES
from services.approval.settings import Settings
from shared import outbox, promised
from tests.support.events import order_id, order_received, product_published
from tests.support.service import Driver

REASON = "orders.v1 does not take events of this size (MessageSizeTooLargeError)"
LINE = f"orders.v1/{order_id()}"


@pytest.fixture(autouse=True)
def reached(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SERVERS", settings.kafka_servers)
    for name in ("DATABASE_URL", *[f"{service.upper()}_DATABASE_URL" for service in SERVICES]):
        monkeypatch.setenv(name, str(settings.database_url))


@pytest.fixture
async def holding(approval: Driver) -> Driver:
    """Give a service that holds two events of an order, and one of a topic that nobody told of."""
    events = (order_received(), order_received(), product_published("tee"))
    async with approval.service.database.transaction() as transaction:
        await outbox.add(transaction, events)
        promises = await promised.find_promises(transaction._connection, 10)
        await promised.hold(transaction._connection, [promise.id for promise in promises])
        await transaction.execute(
            "INSERT INTO held_line (name, reason) VALUES ($1, $2)", LINE, REASON
        )
    return approval


async def platen(folder: Path, *words: str) -> Result:
    """Run the command beside the loop of the tests, as it has one of its own."""
    words = ("held", *words, "--folder", str(folder))
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, words))


async def test_what_is_held_is_listed_by_its_lines(holding: Driver, tmp_path: Path) -> None:
    listed = await platen(tmp_path, "list")

    rows = [row.split() for row in listed.stdout.splitlines() if row.startswith("approval")]
    assert [(row[1], row[-1]) for row in rows] == [("2", LINE), ("1", "catalog.v1")]
    assert "does not take events of this size" in listed.stdout


async def test_nothing_held_is_said_in_a_line(approval: Driver, tmp_path: Path) -> None:
    listed = await platen(tmp_path, "list")

    assert listed.stdout == "Nothing is held: the broker takes everything.\n"


async def test_the_events_of_a_line_are_shown_without_the_shopper(
    holding: Driver, tmp_path: Path
) -> None:
    shown = await platen(tmp_path, "show", "approval", LINE)

    assert f"{LINE}: 2 event(s)\n  {REASON}\n" in shown.stdout
    assert shown.stdout.count(f"  OrderReceived of {order_id()}, ") == 2
    assert "@" not in shown.stdout


async def test_a_line_is_tried_again_as_a_person_asks_for_it(
    holding: Driver, tmp_path: Path
) -> None:
    asked = await platen(tmp_path, "try-again", "approval", LINE)
    listed = await platen(tmp_path, "list")

    async with holding.service.database.statement() as statement:
        reason = await statement.fetchval("SELECT reason FROM held_line")
    assert (asked.exit_code, reason) == (0, "")
    assert "a person asked for another attempt" in listed.stdout


async def test_a_line_that_nobody_was_told_of_is_tried_by_itself(
    holding: Driver, tmp_path: Path
) -> None:
    asked = await platen(tmp_path, "try-again", "approval", "catalog.v1")

    assert asked.stdout == "catalog.v1: is tried again by itself, every minute at least.\n"


@pytest.mark.parametrize("command", ["show", "try-again"])
async def test_what_is_not_held_is_told_with_what_to_do(
    holding: Driver, tmp_path: Path, command: str
) -> None:
    ended = await platen(tmp_path, command, "approval", "orders.v1/nobody")

    assert ended.exit_code == 1
    assert "`platen held list` shows what there is" in ended.stderr
