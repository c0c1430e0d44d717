"""What a service says of settings that will not do."""

from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.ingest.settings import Settings
from services.printfile.settings import Settings as PrintfileSettings
from shared.settings import ServiceSettings, read_settings

TOLD = {
    "INGEST_DATABASE_URL": "postgresql://ingest:hidden@database.example/platen",
    "INGEST_KAFKA_SERVERS": "kafka.example:9092",
    "INGEST_SHOPS": '["example.myshopify.com"]',
    "INGEST_SHOPIFY_SECRETS": '["hidden"]',
    "INGEST_API_KEY": "hidden",
    "INGEST_PAYLOAD_KEY": "hidden",
}


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)


def said_of(kind: type[ServiceSettings]) -> Sequence[Any]:
    """Give what is logged when the settings are read, which ends the process."""
    with capture_logs() as said, pytest.raises(SystemExit) as end:
        read_settings(kind)
    assert end.value.code == 1
    return said


def test_settings_that_will_do_are_given() -> None:
    assert read_settings(Settings).shops == ("example.myshopify.com",)


def test_each_variable_that_is_missing_or_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGEST_PAYLOAD_KEY")
    monkeypatch.setenv("INGEST_PORT", "none")

    said = said_of(Settings)

    assert {each["setting"]: each["problem"] for each in said} == {
        "INGEST_PAYLOAD_KEY": "Field required",
        "INGEST_PORT": "Input should be a valid integer, unable to parse string as an integer",
    }


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INGEST_API_KEY", ""),
        ("INGEST_PAYLOAD_KEY", " \n"),
        ("INGEST_SHOPIFY_SECRETS", '["hidden", ""]'),
        ("INGEST_SHOPIFY_SECRETS", "[]"),
        ("INGEST_PORT", "80000"),
    ],
)
def test_what_nobody_can_mean_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    [said] = said_of(Settings)

    assert said["setting"] == variable


@pytest.mark.parametrize(
    ("access", "problem"),
    [
        ("{}", "token: Field required"),
        ('{"token": ""}', "token: Value error, it is empty"),
        ('{"token": "hidden", "ulr": ""}', "ulr: Extra inputs are not permitted"),
        ('{"token": "hidden", "url": "http://shop.example.com"}', "url: Value error, neither"),
        ('{"token": "hidden", "url": "shop.example.com"}', "url: Value error, neither"),
        ('{"token": "hidden", "url": "http://[shop"}', "url: Value error, neither"),
    ],
)
def test_the_field_of_a_store_that_will_not_do_is_named(
    monkeypatch: pytest.MonkeyPatch, access: str, problem: str
) -> None:
    monkeypatch.setenv("INGEST_STORES", f'{{"example.myshopify.com": {access}}}')

    [said] = said_of(Settings)

    assert said["setting"] == "INGEST_STORES"
    assert said["problem"].startswith(problem)
    assert "hidden" not in str(said)


@pytest.mark.parametrize(
    "url",
    ["", "https://shop.example.com/", "http://sandbox-store:8090", "http://127.0.0.1:8090"],
)
def test_a_store_may_be_anywhere_that_keeps_a_secret(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    store = f'{{"example.myshopify.com": {{"token": "hidden", "url": "{url}"}}}}'
    monkeypatch.setenv("INGEST_STORES", store)

    assert read_settings(Settings).stores["example.myshopify.com"].url == url


def test_the_end_of_a_line_is_no_part_of_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_API_KEY", "hidden\n")

    assert read_settings(Settings).api_key.get_secret_value() == "hidden"


def test_the_value_of_no_variable_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGEST_KAFKA_SERVERS")
    monkeypatch.setenv("INGEST_SHOPIFY_SECRETS", '[{"hidden": 1}]')

    assert "hidden" not in str(said_of(Settings))
    with pytest.raises(ValueError, match="kafka_servers") as error:
        Settings()
    assert "hidden" not in str(error.value)


def test_a_list_that_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_SHOPS", "example.myshopify.com")

    [said] = said_of(Settings)

    assert '"shops"' in said["problem"]
    assert "JSON" in said["problem"]


def test_what_is_shared_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILES_URL", "https://example.com")

    said = said_of(PrintfileSettings)

    assert said[0]["setting"] == "FILES_SIGNING_KEY"


def test_what_is_shared_hides_nothing_else_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PRINTFILE_FILES_STORE", "file:///files")

    said = said_of(PrintfileSettings)

    assert [each["setting"] for each in said] == [
        "FILES_URL",
        "FILES_SIGNING_KEY",
        "PRINTFILE_DATABASE_URL",
        "PRINTFILE_KAFKA_SERVERS",
    ]
