"""How text is set into its box or along its arc, and what is found when it cannot be."""

from typing import Any

import pytest
import skia

from services.printfile.domain.findings import Code, Severity
from services.printfile.renderer.typesetting import SetText, set_text
from shared.templates.layers import TextLayer
from tests.support.printing import text

BOX = {"x": 100, "y": 50, "width": 400, "height": 200}
ARC = {"centre": {"x": 500, "y": 500}, "radius": 400, "sweep": 120}


def setting(words: str, **changes: Any) -> SetText:
    layer = TextLayer.model_validate({"place": BOX} | text(**{"place": BOX} | changes))
    return set_text(layer, words, "front")


def box_of(made: SetText) -> skia.Rect:
    return made.ink.bounds


@pytest.mark.parametrize("words", ["Jo", "Maximiliana von Hohenstein", "gypsy", "😀", "你好"])
def test_words_grow_until_they_touch_their_box(words: str) -> None:
    bounds = box_of(setting(words))

    assert bounds.left() >= 100 - 0.01
    assert bounds.right() <= 500 + 0.01
    assert bounds.top() >= 50 - 0.01
    assert bounds.bottom() <= 250 + 0.01
    assert bounds.width() == pytest.approx(400, abs=0.1) or bounds.height() == pytest.approx(
        200, abs=0.1
    )


def test_the_largest_size_is_kept() -> None:
    assert setting("Jo", size={"min": 10, "max": 60}).size == 60


def test_a_name_with_descenders_stands_on_the_same_line() -> None:
    plain = setting("Anna", size=60.0)
    hanging = setting("Aggy", size=60.0)

    assert box_of(hanging).bottom() > box_of(plain).bottom() + 5
    assert box_of(hanging).top() == pytest.approx(box_of(plain).top(), abs=1)


@pytest.mark.parametrize(
    ("align", "edge"), [("left", "left"), ("right", "right"), ("center", "centerX")]
)
def test_ink_is_aligned_to_the_edge(align: str, edge: str) -> None:
    bounds = box_of(setting("Ada", size=50.0, align=align))

    place = {"left": 100, "right": 500, "center": 300}[align]
    assert getattr(bounds, edge)() == pytest.approx(place, abs=0.1)


@pytest.mark.parametrize(("valign", "top", "bottom"), [("top", 50, None), ("bottom", None, 250)])
def test_capitals_are_aligned_to_the_edge(
    valign: str, top: float | None, bottom: float | None
) -> None:
    bounds = box_of(setting("HIH", size=50.0, valign=valign))

    assert top is None or bounds.top() == pytest.approx(top, abs=0.5)
    assert bottom is None or bounds.bottom() == pytest.approx(bottom, abs=0.5)


def test_a_stroke_takes_its_room_inside_the_box() -> None:
    stroked = setting("Jo", strokes=[{"width": 40, "paint": "#ffffff"}])

    assert box_of(stroked).top() >= 70 - 0.01
    assert box_of(stroked).bottom() <= 230 + 0.01


def test_long_words_are_broken_into_lines_that_let_them_grow() -> None:
    words = "to the moon and back again"

    assert setting(words, max_lines=4).size > 1.5 * setting(words).size


def test_words_too_long_for_the_smallest_size_are_found() -> None:
    [found] = setting("Donaudampfschifffahrt" * 3, size={"min": 40, "max": 90}).findings

    assert found.code is Code.TEXT_OVERFLOW
    assert found.severity is Severity.BLOCKING
    assert "smallest size of 40 px" in found.message


def test_a_fixed_size_that_does_not_fit_is_found() -> None:
    assert [found.code for found in setting("Maximilian", size=200.0).findings] == [
        Code.TEXT_OVERFLOW
    ]


def test_characters_that_no_font_prints_are_named() -> None:
    [found] = setting("Ann \ue0f1").findings

    assert found.code is Code.GLYPH_MISSING
    assert "U+E0F1" in found.message


def test_only_spaces_leave_no_ink() -> None:
    assert box_of(setting(" ")).isEmpty()


def test_text_on_an_arc_follows_the_circle() -> None:
    made = setting("round and round", place=ARC, size={"min": 10, "max": 60})

    bounds = box_of(made)
    assert bounds.centerX() == pytest.approx(500, abs=6)
    assert bounds.top() < 100
    assert bounds.bottom() < 500
    assert made.findings == ()


def test_text_inside_a_circle_reads_upright_at_its_bottom() -> None:
    inner = setting("below", place=ARC | {"side": "inner", "at": 180}, size=60.0)

    assert box_of(inner).bottom() == pytest.approx(900, abs=3)
    assert box_of(inner).top() > 800


def test_text_longer_than_its_arc_is_found() -> None:
    made = setting("much too long for that", place=ARC | {"sweep": 10}, size=80.0)

    assert [found.code for found in made.findings] == [Code.TEXT_OVERFLOW]


@pytest.mark.parametrize(
    ("case", "language", "same_as"),
    [
        ("upper", None, "STRASSE II"),
        ("lower", None, "straße ii"),
        ("title", None, "Straße Ii"),
        ("upper", "tr", "STRASSE İİ"),
    ],
)
def test_letters_take_the_case_of_the_layer(case: str, language: str | None, same_as: str) -> None:
    made = setting("straße ii", case=case, language=language, size=40.0)

    assert box_of(made) == box_of(setting(same_as, size=40.0, language=language))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("o'neil's", "O'Neil's"),
        ("d’angelo", "D’Angelo"),
        ("i'll don't", "I'll Don't"),
        ("jean-luc mcFly", "Jean-Luc McFly"),
    ],
)
def test_names_begin_with_capitals(typed: str, printed: str) -> None:
    made = setting(typed, case="title", size=30.0)

    assert box_of(made) == box_of(setting(printed, size=30.0))
