"""What a designer is told of a template that cannot be: the place, and what to do."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.templates.faults import faults_of, told
from shared.templates.template import Template
from tests.support.printing import NAME, PHOTO, shape, text


def faults(*layers: dict[str, Any], **changes: Any) -> list[str]:
    side = {"id": "front", "width": 400, "height": 200, "layers": list(layers)}
    document = {"name": "Test", "fields": [NAME, PHOTO], "locations": [side]} | changes
    with pytest.raises(ValidationError) as refusal:
        Template.model_validate(document)
    return [str(fault) for fault in faults_of(refusal.value, document)]


FIRST = "locations[0].layers[0]"


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (shape(fill="red"), '.fill: should be a colour such as "#1f2d3d"'),
        (shape(fill={"kind": "linear", "colours": ["#000000"]}), ".fill.colours: Tuple should"),
        (text(place={"x": 3, "width": 9}), ".place.height: is missing"),
        (text(place={"radius": 9, "sweep": 400}), ".place.centre: is missing"),
        (text(size=0), ".size: should be greater than 0"),
        (text(size={"min": 9}), ".size.max: is missing"),
        (text(glow=3), ".glow: is not known here: check its spelling"),
        (text(kind="words"), ": Input tag 'words' found using 'kind'"),
        (text(font={"family": "Oswld"}), ".font.family: the font 'Oswld' is unknown; did you"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_told_with_its_place(layer: dict[str, Any], fault: str) -> None:
    assert faults(layer)[0].startswith(FIRST + fault)


def test_only_the_form_that_comes_closest_is_complained_of() -> None:
    assert faults(shape(fill="red"), shape(id="b", fill="blue")) == [
        'locations[0].layers[0].fill: should be a colour such as "#1f2d3d"',
        'locations[0].layers[1].fill: should be a colour such as "#1f2d3d"',
    ]


def test_what_does_not_hang_together_is_told_of_the_whole() -> None:
    assert faults(text(content="{nobody}")) == [
        "the template: layer 'text' uses the unknown field 'nobody'"
    ]


def test_an_empty_list_is_too_short_and_a_wrong_entry_is_not() -> None:
    assert faults() == [
        f"{FIRST[:19]}: Tuple should have at least 1 item after validation, not 0",
    ]
    assert not any("at least 1 item" in fault for fault in faults(shape(glow=3)))


def test_of_many_faults_the_first_are_told() -> None:
    layers = [shape(id=f"s{number}", fill="red") for number in range(9)]
    side = {"id": "front", "width": 400, "height": 200, "layers": layers}
    document = {"name": "Test", "locations": [side]}
    with pytest.raises(ValidationError) as refusal:
        Template.model_validate(document)

    line = told(faults_of(refusal.value, document), most=2)

    assert line.count("should be a colour") == 2
    assert line.endswith("; and 7 more")
