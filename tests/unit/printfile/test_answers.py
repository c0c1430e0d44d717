"""How a shopper's answers are read from the properties of a line item."""

from typing import Any

import pytest

from services.printfile.domain.answers import is_answered, read_answers
from services.printfile.domain.findings import Code
from shared.templates.template import VARIANT, Template
from tests.support.printing import NAME, PHOTO, template, text


def asking(**changes: Any) -> Template:
    return template(text(), fields=(NAME | changes, PHOTO))


def test_answers_are_taken_from_their_properties() -> None:
    said = read_answers(asking(), {"Name": " Ada  Lovelace ", "Photo": "https://x/y.jpg"})

    assert said.texts == {"name": "Ada Lovelace"}
    assert said.photos == {"photo": "https://x/y.jpg"}
    assert said.findings == ()
    assert said.complaint is None


def test_a_default_stands_in_for_an_answer_left_out() -> None:
    assert read_answers(asking(default="You"), {}).texts == {"name": "You"}


@pytest.mark.parametrize("answer", ["", "   ", "\u200b\u200b", "\n\t"])
def test_an_answer_of_nothing_to_see_is_missing(answer: str) -> None:
    said = read_answers(asking(required=True), {"Name": answer})

    assert said.complaint is not None
    code, reason = said.complaint
    assert code == "missing_personalization"
    assert "'Name' was left empty" in reason


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        ({"max_length": 5}, "Tobias", Code.ANSWER_TOO_LONG),
        ({"pattern": r"\d{4}"}, "20x6", Code.ANSWER_NOT_ALLOWED),
        ({}, "a" + "\u0301" * 10_000, Code.ANSWER_NOT_ALLOWED),
        ({}, "a" + "\u0302" * 50, Code.ANSWER_NOT_ALLOWED),
        ({}, "x" * 100_000, Code.ANSWER_TOO_LONG),
        ({"pattern": r"(a+)+b"}, "a" * 50, Code.ANSWER_NOT_ALLOWED),
    ],
    ids=["long", "pattern", "ten thousand marks", "fifty marks", "endless", "runaway pattern"],
)
def test_an_answer_against_the_rules_is_refused(
    asked: dict[str, Any], answer: str, code: Code
) -> None:
    said = read_answers(asking(**asked), {"Name": answer})

    assert said.complaint is not None
    assert said.complaint[0] == "invalid_personalization"
    assert code in {found.code for found in said.findings}


def test_an_emoji_family_counts_as_one_character() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    assert read_answers(asking(max_length=1), {"Name": family}).complaint is None


def test_invisible_characters_are_left_out_and_reported() -> None:
    said = read_answers(asking(), {"Name": "E\u202emma\x07"})

    assert said.texts == {"name": "Emma"}
    [found] = said.findings
    assert found.code is Code.ANSWER_CLEANED
    assert "U+202E right-to-left override" in found.message


def test_a_choice_outside_its_options_names_them() -> None:
    choice = {"name": "name", "property": "Size", "kind": "choice", "options": {"A": "#000000"}}

    said = read_answers(template(text(), fields=(choice,)), {"Size": "B"})

    assert said.complaint is not None
    assert said.complaint[1] == "'Size' is not one of: A"


def test_the_variant_answers_by_a_part_of_its_title() -> None:
    shirt = {
        "name": "name",
        "property": VARIANT,
        "kind": "choice",
        "default": "White",
        "options": {"White": "#ffffff", "Navy": "#000080"},
    }
    made = template(text(), fields=(shirt,))

    assert read_answers(made, {VARIANT: "Navy / M"}).texts == {"name": "Navy"}
    assert read_answers(made, {VARIANT: "Moss / M"}).texts == {"name": "White"}
    assert not is_answered(made, {VARIANT: "Navy / M"})


def test_a_line_without_properties_has_no_answers() -> None:
    assert not is_answered(asking(), {"Gift wrap": "yes"})
    assert not is_answered(asking(), {"Name": " \u200b\u2003"})
    assert is_answered(asking(), {"Name": "Ada"})
