"""What a merchant wants to be stopped by: each finding blocks or warns as the settings say."""

import json

import pytest
from pydantic import ValidationError

from services.printfile.domain.findings import Code, Finding, Severity, judged
from services.printfile.domain.jobs import Failed, Item, Pin, Product
from services.printfile.domain.making import Made, read_item, ready_event
from services.printfile.settings import Settings
from shared.events import Preview
from shared.events.values import Property
from tests.support.events import line_item
from tests.support.printing import NAME, template, text

LONG = Property(name="Name", value="much too long for that")
WARNING, BLOCKING = Severity.WARNING, Severity.BLOCKING


def asked(**severities: Severity) -> list[tuple[str, str]]:
    """Give code and severity of what is said of a line whose answer is too long."""
    made = template(text(), fields=(NAME | {"max_length": 5},))
    line = line_item(properties=(LONG,))
    pin = Pin("prd-1", "var-1", 1)
    product = Product(pin=pin, is_personalized=True, template=made.model_dump_json())
    chosen = {Code(code): severity for code, severity in severities.items()}
    order = read_item(Item("1001", "a.example", line), product, chosen)
    preview = Preview(key="previews/a.webp", width_px=600, height_px=600)
    ready = ready_event(order, Made((), preview, order.answers.findings, ()), [])
    return [(found.code, found.severity) for found in ready.findings]


def test_what_blocks_fails_the_line() -> None:
    with pytest.raises(Failed, match="at most 5 are allowed"):
        asked()


def test_what_only_warns_is_printed_and_told() -> None:
    assert asked(answer_too_long=WARNING) == [("answer_too_long", "warning")]


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("code", Code)
def test_every_finding_can_block_or_warn(code: Code, severity: Severity) -> None:
    [found] = judged([Finding.of(code, "told")], {code: severity})

    assert (found.severity, found.message) == (severity, "told")


def settings(monkeypatch: pytest.MonkeyPatch, **environment: object) -> Settings:
    monkeypatch.setenv("PRINTFILE_FILES_STORE", "file:///files")
    monkeypatch.setenv("PRINTFILE_DATABASE_URL", "postgresql://printfile@db/platen")
    monkeypatch.setenv("PRINTFILE_KAFKA_SERVERS", "kafka:9092")
    monkeypatch.setenv("FILES_URL", "http://printfile")
    monkeypatch.setenv("FILES_SIGNING_KEY", "k" * 32)
    for name, value in environment.items():
        monkeypatch.setenv(f"PRINTFILE_{name}", json.dumps(value))
    return Settings.model_validate({})


def test_a_shop_can_be_stricter_than_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = {"strict.example": {"resolution_low": "blocking"}}
    common = {"text_overflow": "warning"}
    told = settings(monkeypatch, SEVERITIES=common, SHOP_SEVERITIES=strict)

    assert told.severities_of("other.example") == {Code.TEXT_OVERFLOW: WARNING}
    assert told.severities_of("strict.example") == {
        Code.TEXT_OVERFLOW: WARNING,
        Code.RESOLUTION_LOW: BLOCKING,
    }


def test_an_unknown_finding_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="severities"):
        settings(monkeypatch, SEVERITIES={"ugly": "blocking"})
