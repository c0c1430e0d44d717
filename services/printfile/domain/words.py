"""Shoppers' words made fit for print, before anything is laid out."""

import unicodedata
from dataclasses import dataclass

import regex

MARKS_MAX = 8
RAW_LENGTH_MAX = 10_000

# Joiners shape Arabic, Indic and emoji sequences, and tags spell flags: they must stay.
_KEPT_FORMAT = frozenset("\u200c\u200d") | frozenset(map(chr, range(0xE0020, 0xE0080)))
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_CLUSTER = regex.compile(r"\X")
_MARKS = regex.compile(r"\p{M}")
# A joiner with nothing on one side of it joins nothing and would print as a box.
_LONE_JOINER = regex.compile(r"(?<![^\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")


@dataclass(frozen=True, slots=True)
class Words:
    """A cleaned text, and the characters that had no meaning on paper and were left out."""

    text: str
    dropped: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Count what a reader calls letters: an emoji family is one."""
        return len(clusters(self.text))


def clean(raw: str) -> Words:
    """Compose accents, drop invisible characters, and make one space of any white space.

    Private-use and unassigned characters are kept, because they were meant to be seen:
    the layout reports them as missing glyphs.
    """
    lines = [_clean_line(line) for line in raw.replace("\r\n", "\n").split("\n")]
    dropped = tuple(dict.fromkeys(char for line in lines for char in line.dropped))
    return Words("\n".join(line.text for line in lines).strip("\n"), dropped)


def clusters(text: str) -> list[str]:
    """Split a text into what a reader sees as single characters."""
    found: list[str] = _CLUSTER.findall(text)
    return found


def marks_on_one_letter(text: str) -> int:
    """Count the combining marks on the letter that carries most of them."""
    return max((len(_MARKS.findall(cluster)) for cluster in clusters(text)), default=0)


def name_of(char: str) -> str:
    """Name a character so that a person can find it, even where no font shows it."""
    name = unicodedata.name(char, "unnamed character")
    shown = char if char.isprintable() and not char.isspace() else ""
    return f"{shown} (U+{ord(char):04X} {name.lower()})".strip()


def _clean_line(line: str) -> Words:
    kept: list[str] = []
    dropped: list[str] = []
    for char in unicodedata.normalize("NFC", line):
        if char.isspace():
            kept.append(" ")
        elif _is_noise(char):
            dropped.append(char)
        else:
            kept.append(char)
    text = _LONE_JOINER.sub("", "".join(kept))
    return Words(" ".join(text.split()), tuple(dropped))


def _is_noise(char: str) -> bool:
    category = unicodedata.category(char)
    return category in _DROPPED - {"Co", "Cn"} and char not in _KEPT_FORMAT
