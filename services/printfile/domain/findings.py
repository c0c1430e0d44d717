"""What was noticed about a print before it is made: some stops it, some only warns."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """Whether a finding stops the print or only asks a person to look."""

    BLOCKING = "blocking"
    WARNING = "warning"


class Code(StrEnum):
    """The kinds of finding; a merchant can change the severity of each."""

    ANSWER_MISSING = "answer_missing"
    ANSWER_TOO_LONG = "answer_too_long"
    ANSWER_NOT_ALLOWED = "answer_not_allowed"
    ANSWER_CLEANED = "answer_cleaned"
    GLYPH_MISSING = "glyph_missing"
    TEXT_OVERFLOW = "text_overflow"
    LAYER_BLANK = "layer_blank"
    OUTSIDE_SAFE_AREA = "outside_safe_area"
    RESOLUTION_LOW = "resolution_low"
    RESOLUTION_TOO_LOW = "resolution_too_low"
    COLOUR_CONVERTED = "colour_converted"
    PRINT_BLANK = "print_blank"
    FILE_TOO_LARGE = "file_too_large"


WARNINGS = frozenset(
    {
        Code.ANSWER_CLEANED,
        Code.LAYER_BLANK,
        Code.OUTSIDE_SAFE_AREA,
        Code.RESOLUTION_LOW,
        Code.COLOUR_CONVERTED,
    }
)


class Finding(BaseModel):
    """One thing a person should know about a print, in words they can act on."""

    model_config = ConfigDict(frozen=True)

    code: Code
    severity: Severity
    message: str
    location: str | None = None
    layer: str | None = None
    field: str | None = None

    @classmethod
    def of(
        cls,
        code: Code,
        message: str,
        *,
        location: str | None = None,
        layer: str | None = None,
        field: str | None = None,
    ) -> "Finding":
        """Make a finding with the severity its code has when no merchant says otherwise."""
        severity = Severity.WARNING if code in WARNINGS else Severity.BLOCKING
        return cls(
            code=code,
            severity=severity,
            message=message,
            location=location,
            layer=layer,
            field=field,
        )


Severities = Mapping[Code, Severity]
"""What a merchant wants to be stopped by, or only warned of, other than by default."""


def judged(findings: Iterable[Finding], severities: Severities) -> tuple[Finding, ...]:
    """Give the findings with the severity that the merchant gives to each."""
    return tuple(
        found.model_copy(update={"severity": severities.get(found.code, found.severity)})
        for found in findings
    )


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Give the findings that stop the print."""
    return [finding for finding in findings if finding.severity is Severity.BLOCKING]
