"""The file that docker compose reads: written once with secrets, and completed later."""

import stat
from pathlib import Path

from deploy.env_file import name_of, write_env


def values_of(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if name_of(line)]
    return dict(line.split("=", 1) for line in lines)


def test_every_secret_is_made_and_unlike_the_others(tmp_path: Path) -> None:
    write_env(tmp_path / ".env")

    values = values_of(tmp_path / ".env")
    secrets = [
        value
        for name, value in values.items()
        if name.endswith(("KEY", "SECRET", "TOKEN", "PASSWORD"))
    ]
    assert "<secret>" not in (tmp_path / ".env").read_text()
    assert min(map(len, secrets)) >= 40
    assert len(set(secrets)) == len(secrets)


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_env(tmp_path / ".env")

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_a_second_writing_changes_nothing(tmp_path: Path) -> None:
    write_env(tmp_path / ".env")
    before = (tmp_path / ".env").read_text()

    assert write_env(tmp_path / ".env") == []
    assert (tmp_path / ".env").read_text() == before


def test_what_a_person_wrote_stays_and_what_lacks_is_added(tmp_path: Path) -> None:
    own = "# my own\nPLATEN_SHOP=example.myshopify.com\nCOMPOSE_PROFILES=\n"
    (tmp_path / ".env").write_text(own)

    added = write_env(tmp_path / ".env")

    text = (tmp_path / ".env").read_text()
    assert text.startswith(own)
    assert values_of(tmp_path / ".env")["PLATEN_SHOP"] == "example.myshopify.com"
    assert "POSTGRES_PASSWORD" in added
    assert "COMPOSE_PROFILES" not in added
