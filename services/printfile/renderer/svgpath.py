"""SVG path data as Skia outlines."""

import skia
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path


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
