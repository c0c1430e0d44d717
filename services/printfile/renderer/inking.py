"""Glyphs as outlines that can be moved, bent, stroked and filled."""

from dataclasses import dataclass

import skia

from services.printfile.renderer.bending import bend
from services.printfile.renderer.paints import Rgba
from services.printfile.renderer.shaping import ShapedLine
from shared.templates.layers import Arc

EM = 1000.0
"""Inks are made at this many units to the em, and scaled when their size is known."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Outlines ready to be filled: the letters, and the coloured sheets of emoji in order."""

    letters: skia.Path
    sheets: tuple[tuple[skia.Path, Rgba | None], ...] = ()

    @property
    def silhouette(self) -> skia.Path:
        """Give everything as one outline, for strokes and shadows."""
        whole = skia.Path(self.letters)
        for outline, _ in self.sheets:
            whole.addPath(outline)
        return whole

    @property
    def bounds(self) -> skia.Rect:
        """Give the tight box around the ink."""
        return self.silhouette.computeTightBounds()

    def moved(self, matrix: skia.Matrix) -> "Ink":
        """Give the same ink scaled and moved."""
        return Ink(
            _transformed(self.letters, matrix),
            tuple((_transformed(outline, matrix), colour) for outline, colour in self.sheets),
        )

    def bent(self, arc: Arc) -> "Ink":
        """Give the same ink along an arc."""
        return Ink(
            bend(self.letters, arc),
            tuple((bend(outline, arc), colour) for outline, colour in self.sheets),
        )


def ink_of(line: ShapedLine) -> Ink:
    """Draw a shaped line with its baseline at y = 0."""
    letters = skia.Path()
    sheets: list[tuple[skia.Path, Rgba | None]] = []
    for glyph in line.glyphs:
        matrix = scaled(EM / glyph.face.em, glyph.x * EM, glyph.y * EM)
        coloured = glyph.face.sheets(glyph.id)
        sheets.extend((_transformed(sheet.outline, matrix), sheet.colour) for sheet in coloured)
        if not coloured:
            letters.addPath(_transformed(glyph.face.outline(glyph.id), matrix))
    return Ink(letters, tuple(sheets))


def scaled(scale: float, x: float, y: float) -> skia.Matrix:
    """Give the matrix that scales first and moves then."""
    matrix = skia.Matrix()
    matrix.setScaleTranslate(scale, scale, x, y)
    return matrix


def _transformed(path: skia.Path, matrix: skia.Matrix) -> skia.Path:
    moved = skia.Path()
    path.transform(matrix, moved)
    return moved
