"""From words to glyphs: fonts are chosen cluster by cluster, and what no font holds is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import regex
import uharfbuzz as hb
from fontTools.unicodedata import script as script_of

from services.printfile.domain.words import clusters
from services.printfile.renderer.families import (
    EMOJI,
    EMOJI_OUTLINED,
    FAMILIES,
    SCRIPTS,
    han_for,
)
from services.printfile.renderer.levels import levels_of, visual_order
from services.printfile.renderer.typefaces import Typeface, open_typeface
from shared.templates.style import Font

_EMOJI = regex.compile(r"\p{Emoji_Presentation}|.\uFE0F|[\U0001F1E6-\U0001F1FF]|\p{Emoji}\u200D")
_JOINED = frozenset({"Arab", "Syrc", "Mong", "Deva", "Beng", "Guru", "Nkoo"})
_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph at its place on a line, in ems; `y` grows downwards."""

    face: Typeface
    id: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """A line of glyphs from left to right, and the clusters that no font can print."""

    glyphs: tuple[Glyph, ...]
    width: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text in one font, direction and script."""

    text: str
    face: Typeface
    level: int
    script: str


@lru_cache(maxsize=512)
def shape(text: str, font: Font, letter_spacing: float, language: str | None) -> ShapedLine:
    """Shape one line; letters that are not joined are set apart by the spacing, in ems."""
    missing: list[str] = []
    runs = list(_runs(text, font, language or _guess_language(text), missing))
    glyphs: list[Glyph] = []
    x = 0.0
    for index in visual_order([run.level for run in runs]):
        for glyph, advance in _shape_run(runs[index], letter_spacing, language):
            glyphs.append(Glyph(glyph.face, glyph.id, x + glyph.x, glyph.y))
            x += advance
    width = x - letter_spacing if glyphs else 0.0
    return ShapedLine(tuple(glyphs), width, tuple(dict.fromkeys(missing)))


def chain(font: Font, language: str) -> Iterator[Typeface]:
    """Give the typefaces that are tried for a letter, one after another."""
    family = FAMILIES[font.family]
    house = FAMILIES["Noto Sans"]
    weight = max(font.weight, family.heft or 0)
    yield open_typeface(family.italic if font.italic and family.italic else family.upright, weight)
    yield open_typeface(house.italic if font.italic and house.italic else house.upright, weight)
    for file in (*SCRIPTS, han_for(language), EMOJI, EMOJI_OUTLINED):
        yield open_typeface(file, weight)


def _runs(text: str, font: Font, language: str, missing: list[str]) -> Iterator[_Run]:
    """Split where font, direction or script changes."""
    levels = levels_of(text)
    pieces: list[_Run] = []
    start = 0
    for word, script in _words(text):
        for cluster, face in _faces(word, font, language):
            if face is None:
                missing.append(cluster)
            shown = face or next(chain(font, language))
            pieces.append(_Run(cluster, shown, levels[start], script))
            start += len(cluster)
    for (_, level, name), run in groupby(pieces, key=lambda p: (id(p.face), p.level, p.script)):
        members = list(run)
        yield _Run("".join(piece.text for piece in members), members[0].face, level, name)


def _words(text: str) -> Iterator[tuple[list[str], str]]:
    """Group clusters of one script without a space; marks of no script go with what precedes."""
    word: list[str] = []
    script = _first_script(text)
    for cluster in clusters(text):
        found = script_of(cluster[0])
        follows = script if found in _NO_SCRIPT else found
        parts = cluster == " " or word[-1:] == [" "] or _is_emoji(cluster) or follows != script
        if word and (parts or _is_emoji(word[-1])):
            yield word, script
            word = []
        word.append(cluster)
        script = follows
    if word:
        yield word, script


def _faces(word: list[str], font: Font, language: str) -> Iterator[tuple[str, Typeface | None]]:
    """Give each cluster its typeface: one for the whole word where any holds all of it."""
    whole = _face_for("".join(word), font, language)
    for cluster in word:
        yield cluster, whole or _face_for(cluster, font, language)


def _is_emoji(cluster: str) -> bool:
    return bool(_EMOJI.search(cluster)) and "\ufe0e" not in cluster


def _face_for(text: str, font: Font, language: str) -> Typeface | None:
    if _is_emoji(text):
        for file in (EMOJI, EMOJI_OUTLINED):
            if (face := open_typeface(file, 400)).holds(text):
                return face
    return next((face for face in chain(font, language) if face.holds(text)), None)


def _shape_run(
    run: _Run, letter_spacing: float, language: str | None
) -> Iterator[tuple[Glyph, float]]:
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.script = run.script if run.script not in _NO_SCRIPT else "Latn"
    buffer.language = language or "und"
    spacing = 0.0 if run.script in _JOINED else letter_spacing
    # A ligature cannot be spaced out, so spaced text is set without them.
    features = {"liga": False, "clig": False} if spacing else {}
    hb.shape(run.face.shaper, buffer, features)
    em = run.face.em
    infos, places = buffer.glyph_infos, buffer.glyph_positions
    for index, (info, place) in enumerate(zip(infos, places, strict=True)):
        ends_cluster = index + 1 == len(infos) or infos[index + 1].cluster != info.cluster
        advance = place.x_advance / em + (spacing if ends_cluster else 0.0)
        glyph = Glyph(run.face, info.codepoint, place.x_offset / em, -place.y_offset / em)
        yield glyph, advance


def _first_script(text: str) -> str:
    return next((name for char in text if (name := script_of(char)) not in _NO_SCRIPT), "Latn")


def _guess_language(text: str) -> str:
    """Tell Japanese and Korean from Chinese by the letters that only they have."""
    scripts = {script_of(char) for char in text}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in scripts else "zh"
