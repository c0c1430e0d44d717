"""How words become glyphs: scripts, directions, fallback fonts, and what no font holds."""

import pytest

from services.printfile.renderer.families import FAMILIES
from services.printfile.renderer.levels import levels_of, visual_order
from services.printfile.renderer.shaping import ShapedLine, shape
from services.printfile.renderer.typefaces import open_typeface
from services.printfile.renderer.wrapping import ways_to_break
from shared.templates.style import Font

NOTO = Font(family="Noto Sans")


def shaped(text: str, family: str = "Noto Sans", spacing: float = 0.0) -> ShapedLine:
    return shape(text, Font(family=family), spacing, None)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_is_installed_and_has_latin_letters(family: str) -> None:
    line = shaped("Emma & Zoë", family)

    assert line.missing == ()
    assert {glyph.face.file for glyph in line.glyphs} == {FAMILIES[family].upright}


@pytest.mark.parametrize(
    "words",
    [
        "Łódź, Çağ, Ñandú, Tiếng Việt",
        "Привет, Україна",
        "Γειά σου",
        "مرحبا بالعالم",
        "שלום עולם",
        "नमस्ते क्षत्रिय",
        "สวัสดีปีใหม่",
        "日本語 こんにちは",
        "你好世界 繁體",
        "안녕하세요",
        "বাংলা தமிழ் తెలుగు ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം සිංහල ଓଡ଼ିଆ",
        "Հայերեն ქართული አማርኛ ភាសា ລາວ မြန်မာ",
        "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\u2764\ufe0f\U0001f1e9\U0001f1ea1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_a_script_has_a_font_for_every_letter(words: str) -> None:
    line = shaped(words, "Anton")

    assert line.missing == ()
    assert all(glyph.id for glyph in line.glyphs)


def test_what_no_font_holds_is_named_cluster_by_cluster() -> None:
    assert shaped("ab\ue123c\U00013000\ue123").missing == ("\ue123", "\U00013000")


def test_a_word_is_set_in_one_font_although_the_first_holds_some_letters() -> None:
    line = shaped("Κόσμε ok", "Playfair Display")

    fonts = [glyph.face.file.file for glyph in line.glyphs]
    assert set(fonts[:5]) == {"NotoSans[wght].ttf"}
    assert set(fonts[6:]) == {"files/PlayfairDisplay[wght].ttf"}


def test_emoji_are_coloured_and_digits_are_not() -> None:
    line = shaped("7\U0001f600")

    assert [bool(glyph.face.sheets(glyph.id)) for glyph in line.glyphs] == [False, True]


def test_arabic_letters_are_joined_and_run_to_the_left() -> None:
    alone = {glyph.id for letter in "بيت" for glyph in shaped(letter).glyphs}
    word = shaped("بيت")

    assert len({glyph.id for glyph in word.glyphs} - alone) == len("بيت")
    assert levels_of("بيت") == [1, 1, 1]


def test_numbers_and_latin_keep_their_direction_inside_hebrew() -> None:
    assert levels_of("שלום 12 Tom") == [1, 1, 1, 1, 1, 2, 2, 1, 2, 2, 2]


def test_runs_are_put_in_visual_order() -> None:
    assert visual_order([1, 2, 1]) == [2, 1, 0]
    assert visual_order([0, 1, 1, 0]) == [0, 2, 1, 3]
    assert visual_order([]) == []


def test_letter_spacing_parts_letters_but_not_joined_ones() -> None:
    assert shaped("abc", spacing=0.5).width == pytest.approx(shaped("abc").width + 1.0)
    assert shaped("سلام", spacing=0.5).width == pytest.approx(shaped("سلام").width, abs=0.51)


def test_accents_are_placed_on_their_letters() -> None:
    composed, decomposed = shaped("é"), shaped("e\u0301")

    assert decomposed.width == composed.width


def test_a_heavier_weight_draws_a_wider_letter() -> None:
    regular = open_typeface(FAMILIES["Montserrat"].upright, 400)
    black = open_typeface(FAMILIES["Montserrat"].upright, 900)
    glyph = shaped("n", "Montserrat").glyphs[0].id

    assert black.outline(glyph).getBounds() != regular.outline(glyph).getBounds()


def test_lines_are_broken_as_evenly_as_can_be() -> None:
    ways = ways_to_break("the quick brown fox jumps", 3, len)

    assert [max(map(len, lines)) for lines in ways] == [25, 15, 9]
    assert {" ".join(lines) for lines in ways} == {"the quick brown fox jumps"}


def test_line_ends_that_the_shopper_typed_are_kept() -> None:
    assert ways_to_break("one\ntwo three", 2, len) == [["one", "two three"]]
    assert ways_to_break("one\ntwo", 1, len) == [["one two"]]


def test_japanese_is_broken_anywhere_but_before_a_closing_mark() -> None:
    [_, two_lines] = ways_to_break("今日は良い、天気だ", 2, len)

    assert all(not line.startswith("、") for line in two_lines)
    assert "".join(two_lines) == "今日は良い、天気だ"
