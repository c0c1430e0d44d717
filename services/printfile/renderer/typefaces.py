"""Opened typefaces: which characters they hold, how they are shaped, and their outlines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import skia
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from services.printfile.renderer.families import FontFile
from services.printfile.renderer.paints import Rgba

INVISIBLE = frozenset(
    {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0)}
)
"""Code points that steer shaping and need no glyph of their own."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One flat colour of a colour glyph; None stands for the colour of the text."""

    outline: skia.Path
    colour: Rgba | None


@dataclass(eq=False, slots=True)
class Typeface:
    """A font file at one weight, in units of its own em; glyphs are drawn once and kept."""

    file: FontFile
    shaper: Any
    em: int
    characters: Any
    capital_height: float
    ascent: float
    descent: float
    palette: tuple[Rgba, ...] = ()
    _outlines: dict[int, skia.Path] = field(default_factory=dict)

    def holds(self, cluster: str) -> bool:
        """Tell whether every visible character of the cluster is here; False for a part."""
        return all(
            ord(char) in self.characters or ord(char) in INVISIBLE or char == " "
            for char in cluster
        )

    def outline(self, glyph: int) -> skia.Path:
        """Give the outline, with y growing downwards as on paper."""
        known = self._outlines.get(glyph)
        if known is None:
            known = skia.Path()
            self.shaper.draw_glyph(glyph, _drawing(), known)
            self._outlines[glyph] = known
        return known

    def sheets(self, glyph: int) -> tuple[Sheet, ...]:
        """Give the coloured layers of an emoji; none for an ordinary letter."""
        if not self.palette:
            return ()
        return tuple(
            Sheet(self.outline(layer.glyph), self._colour(layer.color_index))
            for layer in self.shaper.face.get_glyph_color_layers(glyph)
        )

    def _colour(self, index: int) -> Rgba | None:
        return self.palette[index] if index < len(self.palette) else None


@cache
def open_typeface(file: FontFile, weight: int) -> Typeface:
    """Open a font at a weight; it stays open, mapped into memory, as long as the process."""
    face = hb.Face(hb.Blob.from_file_path(str(file.path)), file.index)
    font = hb.Font(face)
    if face.has_var_data:
        font.set_variations({"wght": weight})
    lines = font.get_font_extents("ltr")
    capital = font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT)
    return Typeface(
        file=file,
        shaper=font,
        em=face.upem,
        characters=face.unicodes,
        capital_height=float(capital),
        ascent=float(lines.ascender),
        descent=float(-lines.descender),
        palette=_palette(file) if file.colour else (),
    )


def _palette(file: FontFile) -> tuple[Rgba, ...]:
    """Read the colours with fontTools: uharfbuzz's own list of palettes does not end."""
    with TTFont(file.path, lazy=True) as font:
        return tuple((c.red, c.green, c.blue, c.alpha) for c in font["CPAL"].palettes[0])


@cache
def _drawing() -> Any:
    """Translate HarfBuzz's pen into Skia's, turning y over."""
    pen = hb.DrawFuncs()
    move: Callable[..., Any] = lambda x, y, path: path.moveTo(x, -y)  # noqa: E731 - a pen stroke
    pen.set_move_to_func(move)
    pen.set_line_to_func(lambda x, y, path: path.lineTo(x, -y))
    pen.set_quadratic_to_func(lambda a, b, x, y, path: path.quadTo(a, -b, x, -y))
    pen.set_cubic_to_func(lambda a, b, c, d, x, y, path: path.cubicTo(a, -b, c, -d, x, -y))
    pen.set_close_path_func(lambda path: path.close())
    return pen
