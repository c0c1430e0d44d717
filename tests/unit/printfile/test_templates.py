"""Which template documents are accepted, and what is said of those that are not."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.seed.products import FOLDER
from services.printfile.renderer.families import FAMILIES
from shared.templates.fonts import FONTS
from shared.templates.template import Template, fields_of
from tests.support.printing import NAME, PHOTO, photo, shape, template, text

CHOICE = {
    "name": "colour",
    "property": "Colour",
    "kind": "choice",
    "options": {"Sand": "#f4e1c1", "Sea": "#2b6777"},
}


@pytest.mark.parametrize("file", sorted((FOLDER / "templates").glob("*.json")), ids=str)
def test_the_templates_of_the_seed_are_accepted(file: Any) -> None:
    document = json.loads(file.read_text())

    made = Template.model_validate(document)

    assert made.locations
    assert Template.model_validate_json(made.model_dump_json()) == made


def test_a_template_is_named_by_its_content() -> None:
    same = template(shape(), text())

    assert same.digest == template(shape(), text()).digest
    assert same.digest != template(shape(fill="#00ff00"), text()).digest


@pytest.mark.parametrize(
    ("layer", "complaint"),
    [
        (text(content="{nobody}"), "unknown field 'nobody'"),
        (text(content="{name!r}"), "only plain field names"),
        (text(content="{name.__class__}"), "only plain field names"),
        (photo(field="name"), "kind `photo`"),
        (shape(fill={"field": "name"}), "kind `choice` whose options are colours"),
        (shape(shape="path"), "`path` data"),
        (shape(show={"field": "name"}), "either `given` or `any_of`"),
        (shape(fill="red"), "String should match pattern"),
        (shape(glow=3), "Extra inputs are not permitted"),
        (text(place={"centre": {"x": 0, "y": 0}, "radius": 9}, max_lines=2), "one line"),
        (text(size={"min": 20, "max": 10}), "`min` is larger"),
        (text(font={"family": "Comic Sans"}), "the font 'Comic Sans' is unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["id"],
)
def test_a_layer_that_makes_no_sense_is_named(layer: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        template(layer)

    assert complaint in str(refusal.value)


def test_every_font_that_may_be_named_has_a_file() -> None:
    assert set(FAMILIES) == set(FONTS)
    assert all(family.upright.path.is_file() for family in FAMILIES.values())


def test_two_layers_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="layer named twice: shape"):
        template(shape(), shape())


def test_a_pattern_that_is_no_regular_expression_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        template(text(), fields=(NAME | {"pattern": "("},))


def test_a_location_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(ValidationError, match="at most 80000000 pixels"):
        template(shape(), width=20_000, height=20_000)


def test_groups_within_groups_have_an_end() -> None:
    nested = shape()
    for depth in range(9):
        nested = {"id": f"group{depth}", "kind": "group", "layers": [nested]}

    with pytest.raises(ValidationError, match="nested deeper"):
        template(nested)


def test_a_layer_depends_on_every_field_that_changes_it() -> None:
    layer = text(fill={"field": "colour"}, show={"field": "photo", "given": True})
    made = template(layer, fields=(NAME, PHOTO, CHOICE))

    assert fields_of(made.locations[0].layers[0]) == {"name", "photo", "colour"}


def test_artwork_is_named_wherever_it_may_be_drawn() -> None:
    art = {"id": "art", "kind": "image", "asset": "a" * 64, "box": {"width": 9, "height": 9}}
    picked = {"id": "pick", "kind": "image", "choice": "art", "box": {"width": 9, "height": 9}}
    group = {"id": "group", "kind": "group", "layers": [art]}
    options = {"Cat": "b" * 64, "Dog": "c" * 64}
    choice = {"name": "art", "property": "Art", "kind": "choice", "options": options}

    made = template(group, picked, fields=(choice,))

    assert made.assets == {"a" * 64, "b" * 64, "c" * 64}
