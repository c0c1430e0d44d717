"""The shopper's answers, read from the properties of a line item by the template's rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import regex

from services.printfile.domain.findings import Code, Finding, blocking
from services.printfile.domain.words import (
    MARKS_MAX,
    RAW_LENGTH_MAX,
    Words,
    clean,
    marks_on_one_letter,
    name_of,
)
from shared.templates.layers import Condition
from shared.templates.template import VARIANT, Template, TemplateField

PATTERN_SECONDS_MAX = 0.2


Complaint = tuple[Literal["missing_personalization", "invalid_personalization"], str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the shopper said, by field name; a field without an answer is not there.

    Photos are addresses first, and the hashes of our own copies once those are made.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def complaint(self) -> Complaint | None:
        """Say why nothing can be made of the answers; None when something can."""
        stopping = blocking(self.findings)
        if not stopping:
            return None
        missing = [found for found in stopping if found.code is Code.ANSWER_MISSING]
        reason = "; ".join(found.message for found in missing or stopping)
        return ("missing_personalization" if missing else "invalid_personalization"), reason

    def with_photos(self, hashes: Mapping[str, str]) -> "Answers":
        """Give the same answers with the hashes of our own copies in place of addresses."""
        return replace(self, photos=hashes)

    def has(self, name: str) -> bool:
        """Tell whether the field was answered; False also for an answer of only spaces."""
        return name in self.texts or name in self.photos

    def meet(self, condition: Condition | None) -> bool:
        """Tell whether a layer with this condition shows; False when it is hidden."""
        if condition is None:
            return True
        if condition.given is not None:
            return self.has(condition.field) is condition.given
        return self.texts.get(condition.field) in condition.any_of


def read_answers(template: Template, properties: Mapping[str, str]) -> Answers:
    """Take each field's answer from its property, and note what a person must look at."""
    texts: dict[str, str] = {}
    photos: dict[str, str] = {}
    findings: list[Finding] = []
    for asked in template.fields:
        raw = properties.get(asked.property) or ""
        if asked.property == VARIANT:
            raw = next((part for part in raw.split(" / ") if part in asked.options), "")
        if asked.kind == "photo":
            answer, found = raw.strip() or asked.default or "", []
            kept = photos
        else:
            words = clean(raw[: RAW_LENGTH_MAX + 1])
            answer = words.text or asked.default or ""
            found = list(_faults(asked, Words(answer, words.dropped)))
            kept = texts
        if answer:
            kept[asked.name] = answer
        elif asked.required:
            found.append(_finding(Code.ANSWER_MISSING, asked, "was left empty, but is needed"))
        findings.extend(found)
    return Answers(texts, photos, tuple(findings))


def is_answered(template: Template, properties: Mapping[str, str]) -> bool:
    """Tell whether a shopper answered any question; False also for answers with nothing to see."""
    return any(
        clean(properties.get(field.property, "")[:RAW_LENGTH_MAX]).text
        for field in template.fields
        if field.property != VARIANT
    )


def _faults(asked: TemplateField, words: Words) -> Iterator[Finding]:
    if words.dropped:
        names = ", ".join(name_of(char) for char in words.dropped[:5])
        yield _finding(Code.ANSWER_CLEANED, asked, f"held invisible characters: {names}")
    if len(words.text) > RAW_LENGTH_MAX:
        message = f"is longer than {RAW_LENGTH_MAX} characters"
        yield _finding(Code.ANSWER_TOO_LONG, asked, message)
        return
    marks = marks_on_one_letter(words.text)
    if marks > MARKS_MAX:
        message = f"puts {marks} combining marks on one letter; at most {MARKS_MAX} can be printed"
        yield _finding(Code.ANSWER_NOT_ALLOWED, asked, message)
    elif asked.kind == "choice":
        yield from _unknown_choice(asked, words.text)
    elif words.length > asked.max_length:
        message = f"has {words.length} characters; at most {asked.max_length} are allowed"
        yield _finding(Code.ANSWER_TOO_LONG, asked, message)
    elif asked.pattern and words.text and not _matches(asked.pattern, words.text):
        message = f"is not allowed. {asked.hint}".strip()
        yield _finding(Code.ANSWER_NOT_ALLOWED, asked, message)


def _unknown_choice(asked: TemplateField, answer: str) -> Iterator[Finding]:
    if answer and answer not in asked.options:
        message = f"is not one of: {', '.join(asked.options)}"
        yield _finding(Code.ANSWER_NOT_ALLOWED, asked, message)


def _matches(pattern: str, text: str) -> bool:
    """Match with a time limit, because a pattern can be written to run for ever."""
    try:
        return regex.fullmatch(pattern, text, timeout=PATTERN_SECONDS_MAX) is not None
    except TimeoutError:
        return False


def _finding(code: Code, asked: TemplateField, message: str) -> Finding:
    return Finding.of(code, f"{asked.property!r} {message}", field=asked.name)
