"""Where a text is broken into lines: as evenly as can be, which lets the letters grow largest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from services.printfile.domain.words import clusters

# Ideographs and kana may be parted anywhere, but closing marks never begin a line.
_BREAKABLE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff00-\uffef]")
_CLINGING = regex.compile(
    r"[\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\u300d\u300f\uff09\u3011\u30fc\u3005]"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch that is never broken; `space` stands before it unless it begins a line."""

    text: str
    space: bool
    starts_line: bool = False


def ways_to_break(text: str, lines_max: int, width_of: Callable[[str], float]) -> list[list[str]]:
    """Give the most even way to set the text in each possible number of lines.

    Line ends the shopper typed are kept where there is room for so many lines.
    """
    pieces = list(_pieces(text, keep_line_ends=lines_max > text.count("\n")))
    if lines_max == 1 or len(pieces) <= 1:
        return [[_join(pieces)]]
    widths = [width_of(piece.text) for piece in pieces]
    space = width_of(" ")
    forced = sum(piece.starts_line for piece in pieces)
    counts = range(forced + 1, min(lines_max, len(pieces)) + 1)
    return [
        [_join(pieces[start:end]) for start, end in pairwise(cuts)]
        for count in counts
        if (cuts := _cuts(pieces, widths, space, count))
    ]


def _pieces(text: str, *, keep_line_ends: bool) -> Iterator[_Piece]:
    for number, line in enumerate(text.split("\n")):
        for place, word in enumerate(line.split(" ")):
            for index, stretch in enumerate(_stretches(word)):
                starts = keep_line_ends and number > 0 and place == 0 and index == 0
                yield _Piece(stretch, space=index == 0, starts_line=starts)


def _stretches(word: str) -> Iterator[str]:
    stretch = ""
    for cluster in clusters(word):
        parts = stretch and (_BREAKABLE.match(cluster) or _BREAKABLE.match(stretch[-1]))
        if parts and not _CLINGING.match(cluster):
            yield stretch
            stretch = ""
        stretch += cluster
    if stretch:
        yield stretch


def _join(pieces: list[_Piece]) -> str:
    return "".join((" " if piece.space else "") + piece.text for piece in pieces).strip()


def _cuts(pieces: list[_Piece], widths: list[float], space: float, count: int) -> list[int]:
    """Choose the line starts that make the widest line narrowest; none when it cannot be."""
    total = len(pieces)
    best = {0: 0.0}
    origins: list[dict[int, int]] = []
    for _ in range(count):
        reached: dict[int, float] = {}
        origin: dict[int, int] = {}
        for start, widest in best.items():
            for end, width in _line_ends(pieces, widths, space, start):
                if max(widest, width) < reached.get(end, float("inf")):
                    reached[end], origin[end] = max(widest, width), start
        best = reached
        origins.append(origin)
    if total not in best:
        return []
    cuts = [total]
    for origin in reversed(origins):
        cuts.append(origin[cuts[-1]])
    return cuts[::-1]


def _line_ends(
    pieces: list[_Piece], widths: list[float], space: float, start: int
) -> Iterator[tuple[int, float]]:
    """Give each place where a line begun at `start` may end, and how wide it is then."""
    width = 0.0
    for index in range(start, len(pieces)):
        if index > start and pieces[index].starts_line:
            return
        width += widths[index] + (space if pieces[index].space and index > start else 0.0)
        yield index + 1, width
