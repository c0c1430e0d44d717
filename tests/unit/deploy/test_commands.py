"""What commands say when they cannot reach what they need."""

from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.cli.tables import table_of
from deploy.roles import SERVICES
from tests.support.events import order_id

NOWHERE = "127.0.0.1:1"


def platen(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.fixture
def all_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SERVERS", NOWHERE)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://platen:secret@{NOWHERE}/platen")
    for service in ("INGEST", "APPROVAL", "PRINTFILE"):
        name = f"{service}_DATABASE_URL"
        monkeypatch.setenv(name, f"postgresql://role:secret@{NOWHERE}/platen")


@pytest.mark.parametrize("command", ["sign-in", "orders list", "keys list", "dead-letters list"])
def test_a_wrong_folder_is_named_and_left_alone(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "misspelt"

    ended = platen(*command.split(), "--folder", str(folder))

    assert ended.exit_code == 2
    assert str(folder) in ended.stderr
    assert "--folder" in ended.stderr
    assert not folder.exists()


@pytest.mark.usefixtures("all_away")
@pytest.mark.parametrize(
    "command",
    [
        "dead-letters list",
        "dead-letters replay ingest x",
        "held list",
        "held try-again ingest x",
        "keys list",
        "rebuild",
        "files delete x",
    ],
)
def test_a_database_that_is_away_is_told_in_a_line(tmp_path: Path, command: str) -> None:
    ended = CliRunner().invoke(app, [*command.split(), "--folder", str(tmp_path)], input="y\n")

    assert ended.exit_code == 2
    assert f"Postgres at {NOWHERE} does not answer" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "secret" not in ended.output


@pytest.mark.usefixtures("all_away")
@pytest.mark.parametrize("command", ["show 1001", "tail"])
def test_a_broker_that_is_away_is_told_in_a_line(tmp_path: Path, command: str) -> None:
    ended = platen("events", *command.split(), "--folder", str(tmp_path))

    assert ended.exit_code == 2
    assert f"Kafka at {NOWHERE} does not answer" in ended.stderr


@pytest.mark.usefixtures("all_away")
@pytest.mark.parametrize("place", [NOWHERE, "no-such-host.invalid:5432"])
def test_migrate_gives_up_and_tells_where_no_database_is(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://platen:secret@{place}/platen")
    for service in SERVICES:
        monkeypatch.setenv(f"{service.upper()}_DATABASE_PASSWORD", "secret")

    ended = platen("migrate", "--wait", "0.1")

    assert ended.exit_code == 2
    assert f"Postgres at {place} does not answer" in ended.stderr
    assert "secret" not in ended.output


def test_a_misspelt_service_is_answered_with_the_nearest() -> None:
    ended = platen("dead-letters", "drop", "fulfilment", "x")

    assert ended.exit_code == 2
    assert "fulfillment?" in ended.stderr.replace("\n", " ")


def test_a_door_where_nobody_is_tells_how_to_start() -> None:
    ended = platen("doctor", "--url", NOWHERE)

    assert ended.exit_code == 1
    assert f"Nothing answers at http://{NOWHERE}. Start it with `platen up`" in ended.stderr


@pytest.mark.parametrize("width", [40, 80])
def test_an_id_is_shown_whole_on_a_narrow_terminal(width: int) -> None:
    table = table_of("order", "status", whole="id")
    table.add_row("#1001", "On hold; no address; unknown product; answers missing", order_id("1"))
    console = Console(width=width)

    with console.capture() as shown:
        console.print(table)

    assert order_id("1") in shown.get()
