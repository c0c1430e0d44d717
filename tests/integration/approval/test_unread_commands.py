"""`platen unread`: what an operator does about what cannot be read, from a terminal."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.roles import SERVICES
from services.approval.settings import Settings
from shared.unread import HEAD, Unread
from tests.support.service import Driver

PLACE = Unread("orders.v1", 0, 17, 19, "offsets 17 to 19: a wrong checksum", 30, bytes(HEAD.size))
NAME = "orders.v1/0@17-19"


@pytest.fixture(autouse=True)
def reached(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SERVERS", settings.kafka_servers)
    for name in ("DATABASE_URL", *[f"{service.upper()}_DATABASE_URL" for service in SERVICES]):
        monkeypatch.setenv(name, str(settings.database_url))


@pytest.fixture
async def standing(approval: Driver) -> Driver:
    """Give a service that stands still."""
    await meet(approval)
    return approval


async def meet(approval: Driver, place: Unread = PLACE) -> int:
    """Meet the place as a reader does; give where it reads on."""
    return await approval.service.consumer.unread.meet(place, ["approval"])


async def platen(folder: Path, *words: str, says: str = "") -> Result:
    """Run the command beside the loop of the tests, as it has one of its own."""
    words = ("unread", *words, "--folder", str(folder))
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, words, input=says))


async def test_where_a_service_stands_still_is_listed(standing: Driver, tmp_path: Path) -> None:
    listed = await platen(tmp_path, "list")

    [row] = [row.split() for row in listed.stdout.splitlines() if row.startswith("approval")]
    assert (row[1], row[-1]) == ("10", NAME)
    assert "stands still" in listed.stdout


async def test_that_all_is_read_is_said_in_a_line(approval: Driver, tmp_path: Path) -> None:
    listed = await platen(tmp_path, "list")

    assert listed.stdout == "Nothing is unread: every service reads on.\n"


async def test_a_place_is_skipped_once_it_is_confirmed(standing: Driver, tmp_path: Path) -> None:
    refused = await platen(tmp_path, "skip", "approval", NAME, says="n\n")
    stood = await meet(standing)
    asked = await platen(tmp_path, "skip", "approval", NAME, says="y\n")
    read_on = await meet(standing)
    kept = tmp_path / "kept"
    shown = await platen(tmp_path, "show", "approval", NAME, "--into", str(kept))

    assert (refused.exit_code, asked.exit_code, stood, read_on) == (1, 0, 17, 20)
    assert f"by an operator: {HEAD.size} bytes are kept" in shown.stdout
    assert kept.read_bytes() == PLACE.raw
    assert "skipped" in (await platen(tmp_path, "list")).stdout


async def test_what_ends_nobody_knows_where_is_not_skipped(
    approval: Driver, tmp_path: Path
) -> None:
    place = PLACE._replace(last=None)
    await meet(approval, place)

    refused = await platen(tmp_path, "skip", "approval", place.name, says="y\n")

    assert refused.exit_code == 1
    assert "nobody knows where it ends" in refused.stderr


async def test_a_place_is_tried_again(standing: Driver, tmp_path: Path) -> None:
    asked = await platen(tmp_path, "try-again", "approval", NAME)

    assert asked.exit_code == 0
    assert "is tried again" in (await platen(tmp_path, "list")).stdout


@pytest.mark.parametrize("command", ["show", "try-again"])
async def test_what_is_read_is_told_with_what_to_do(
    standing: Driver, tmp_path: Path, command: str
) -> None:
    ended = await platen(tmp_path, command, "approval", "orders.v1/0@4711")

    assert ended.exit_code == 1
    assert "`platen unread list` shows where it does not" in ended.stderr


async def test_bytes_that_are_not_kept_are_not_written(standing: Driver, tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    refused = await platen(tmp_path, "show", "approval", NAME, "--into", str(kept))

    assert (refused.exit_code, kept.exists()) == (1, False)
