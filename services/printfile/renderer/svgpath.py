"""SVG path data as Skia outlines, and back again."""

from collections.abc import Sequence

import skia
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path

CONIC_HALVINGS = 3
"""A quarter of a circle becomes eight curves: its error is far below what is written down."""
_LETTERS = {
    skia.Path.kMove_Verb: "M",
    skia.Path.kLine_Verb: "L",
    skia.Path.kQuad_Verb: "Q",
    skia.Path.kCubic_Verb: "C",
    skia.Path.kClose_Verb: "Z",
}
# Every curve but the first of a contour is given with the point where the last one ended.
_GIVEN = {skia.Path.kMove_Verb: 0, skia.Path.kClose_Verb: 1}


class _Pen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Draws what fontTools reads into a Skia path."""

    def __init__(self, path: skia.Path) -> None:
        super().__init__(None)
        self._path = path

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools names it
        self._path.moveTo(*pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._path.lineTo(*pt)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._path.cubicTo(*(value for point in points for value in point))

    def _qCurveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._path.quadTo(*(value for point in points for value in point))

    def _closePath(self) -> None:  # noqa: N802 - as above
        self._path.close()


def outline_of(data: str) -> skia.Path:
    """Read path data; raises ValueError when it is no path."""
    path = skia.Path()
    try:
        parse_path(data, _Pen(path))
    except (ValueError, IndexError, TypeError, AssertionError) as error:
        raise ValueError(f"not SVG path data: {error}") from error
    return path


def path_data(path: skia.Path) -> str:
    """Write an outline as path data, to a hundredth of a pixel."""
    parts: list[str] = []
    walk = skia.Path.Iter(path, False)  # noqa: FBT003 - Skia's own way
    while True:
        verb, points = walk.next()
        if verb == skia.Path.kDone_Verb:
            return "".join(parts)
        if verb == skia.Path.kConic_Verb:
            spots = skia.Path.ConvertConicToQuads(*points, walk.conicWeight(), CONIC_HALVINGS)
            parts += [_written("Q", spots[at : at + 2]) for at in range(1, len(spots), 2)]
        else:
            parts.append(_written(_LETTERS[verb], points[_GIVEN.get(verb, 1) :]))


def number(value: float, digits: int = 2) -> str:
    """Write a number without noughts that say nothing."""
    written = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _written(letter: str, points: Sequence[skia.Point]) -> str:
    return letter + " ".join(f"{number(point.x())} {number(point.y())}" for point in points)
