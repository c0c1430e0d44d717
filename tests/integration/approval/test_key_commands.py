"""`platen keys`: what an operator does about programs, from a terminal."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from services.approval.settings import Settings
from tests.support.service import Driver


@pytest.fixture(autouse=True)
def reached(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SERVERS", settings.kafka_servers)
    monkeypatch.setenv("DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("APPROVAL_DATABASE_URL", str(settings.database_url))


async def platen(folder: Path, *words: str) -> Result:
    """Run the command beside the loop of the tests, as it has one of its own."""
    words = ("keys", *words, "--folder", str(folder))
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, words))


async def status_with(approval: Driver, key: str, path: str = "/v1/orders") -> int:
    answer: Any = await approval.http.get(path, headers={"Authorization": f"Bearer {key}"})
    return int(answer.status_code)


async def test_a_created_key_opens_until_it_is_revoked(approval: Driver, tmp_path: Path) -> None:
    created = await platen(tmp_path, "create", "Warehouse", "--scope", "viewer")
    key = created.stdout.strip()
    before = await status_with(approval, key)
    listed = await platen(tmp_path, "list")

    revoked = await platen(tmp_path, "revoke", "Warehouse")

    assert (before, await status_with(approval, key)) == (200, 401)
    assert key not in listed.stdout
    assert "Warehouse" in listed.stdout
    assert revoked.exit_code == 0


async def test_a_key_that_is_not_there_is_not_revoked(approval: Driver, tmp_path: Path) -> None:
    again = await platen(tmp_path, "revoke", "Nobody")

    assert again.exit_code == 1
    assert "No key that opens is called Nobody" in again.stderr


async def test_a_name_that_two_keys_have_revokes_neither(approval: Driver, tmp_path: Path) -> None:
    keys = [(await platen(tmp_path, "create", "Twin")).stdout.strip() for _ in range(2)]

    answer = await platen(tmp_path, "revoke", "Twin")

    assert answer.exit_code == 1
    assert [await status_with(approval, key) for key in keys] == [200, 200]


async def test_a_refused_password_is_told_without_a_trace(
    approval: Driver, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = str(settings.database_url).replace("://approval:", "://approval:wrong")
    monkeypatch.setenv("APPROVAL_DATABASE_URL", wrong)

    ended = await platen(tmp_path, "list")

    assert ended.exit_code == 2
    assert "Is the password right?" in ended.stderr
    assert ended.stderr.count("\n") == 1
