"""Text set into its box or along its arc, as large as it may be, with all that went wrong."""

import math
from dataclasses import dataclass

import regex
import skia

from services.printfile.domain.findings import Code, Finding
from services.printfile.domain.words import name_of
from services.printfile.renderer.inking import EM, Ink, ink_of, scaled
from services.printfile.renderer.paints import Rgba
from services.printfile.renderer.shaping import ShapedLine, chain, shape
from services.printfile.renderer.wrapping import ways_to_break
from shared.templates.layers import Arc, AutoSize, TextLayer
from shared.templates.style import Box

SHOWN_MAX = 40
WHOLE_CIRCLE = 360
SEAM = 0.28
"""On a whole circle the end meets the beginning: a word's space is left, in ems."""
_DOTTED = ("tr", "az")
_WORD_START = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}'\u2019])\p{L}"
    # O'Neil and D'Angelo, but not I'll, and not the end of Neil's.
    r"|(?<=(?<![\p{L}\p{M}])\p{L}['\u2019])\p{L}(?=\p{L}{2})"
)


@dataclass(frozen=True, slots=True)
class SetText:
    """A text at its place in the print location."""

    ink: Ink
    size: float
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """Some lines one below another, in thousandths of an em."""

    ink: Ink
    bounds: skia.Rect
    last_baseline: float


def set_text(layer: TextLayer, text: str, location: str) -> SetText:
    """Set the text; what cannot be printed as asked is drawn as near as can be, and found."""
    text = _cased(text, layer)
    ways = ways_to_break(text, layer.max_lines, lambda word: _shape(layer, word).width)
    findings = _missing(layer, ways[0], location)
    blocks = [_block(layer, lines) for lines in ways]
    blocks = [block for block in blocks if not block.bounds.isEmpty()]
    if not blocks:
        return SetText(Ink(skia.Path()), 0.0, findings)
    block, limit = _best(layer, blocks)
    least, most = _sizes(layer)
    size = min(most, limit)
    if limit < least:
        findings += (_overflow(layer, location, text, least),)
    if isinstance(layer.place, Arc):
        return SetText(_on_arc(layer, layer.place, block, size), size, findings)
    return SetText(_in_box(layer, layer.place, block, size), size, findings)


def _best(layer: TextLayer, blocks: list[_Block]) -> tuple[_Block, float]:
    """Choose the way of breaking that allows the largest letters, and the fewest lines of those."""
    _, enough = _sizes(layer)
    limited = [(block, _limit(layer, block)) for block in blocks]
    return max(limited, key=lambda pair: min(pair[1], enough))


def _limit(layer: TextLayer, block: _Block) -> float:
    width = float(block.bounds.width()) / EM
    height = float(block.bounds.height()) / EM
    stroke = _margin(layer) * 2
    if isinstance(layer.place, Arc):
        seam = SEAM if layer.place.sweep == WHOLE_CIRCLE else 0.0
        room = layer.place.radius * math.radians(layer.place.sweep) - stroke
        return max(room, 0) / (width + seam)
    box = layer.place
    return max(min((box.width - stroke) / width, (box.height - stroke) / height), 0)


def _in_box(layer: TextLayer, box: Box, block: _Block, size: float) -> Ink:
    scale, margin = size / EM, _margin(layer)
    left, top = block.bounds.left() * scale, block.bounds.top() * scale
    width, height = block.bounds.width() * scale, block.bounds.height() * scale
    x = {
        "left": box.x + margin,
        "center": box.x + (box.width - width) / 2,
        "right": box.right - margin - width,
    }[layer.align]
    # Names sit on the same line whether or not they have descenders: capitals are what is aligned.
    face = next(chain(layer.font, "und"))
    capital, last = face.capital_height / face.em * size, block.last_baseline * scale
    baseline = {
        "top": box.y + margin + capital,
        "middle": box.y + (box.height + capital - last) / 2,
        "bottom": box.bottom - margin - last,
    }[layer.valign]
    highest, lowest = box.y + margin - top, box.bottom - margin - height - top
    baseline = max(min(baseline, lowest), min(highest, lowest))
    return block.ink.moved(scaled(scale, x - left, baseline))


def _on_arc(layer: TextLayer, arc: Arc, block: _Block, size: float) -> Ink:
    scale = size / EM
    room = arc.radius * math.radians(arc.sweep) / 2 - _margin(layer)
    left, width = block.bounds.left() * scale, block.bounds.width() * scale
    start = {"left": -room, "center": -width / 2, "right": room - width}[layer.align]
    return block.ink.moved(scaled(scale, start - left, 0.0)).bent(arc)


def _block(layer: TextLayer, lines: list[str]) -> _Block:
    letters = skia.Path()
    sheets: list[tuple[skia.Path, Rgba | None]] = []
    inks = [ink_of(_shape(layer, line)) for line in lines]
    for number, ink in enumerate(inks):
        bounds = ink.bounds
        shift = {
            "left": -bounds.left(),
            "center": -bounds.centerX(),
            "right": -bounds.right(),
        }[layer.align]
        moved = ink.moved(scaled(1.0, shift, number * layer.line_spacing * EM))
        letters.addPath(moved.letters)
        sheets.extend(moved.sheets)
    whole = Ink(letters, tuple(sheets))
    return _Block(whole, whole.bounds, (len(lines) - 1) * layer.line_spacing * EM)


def _shape(layer: TextLayer, text: str) -> ShapedLine:
    return shape(text, layer.font, layer.letter_spacing, layer.language)


def _sizes(layer: TextLayer) -> tuple[float, float]:
    if isinstance(layer.size, AutoSize):
        return layer.size.min, layer.size.max
    return layer.size, layer.size


def _margin(layer: TextLayer) -> float:
    return max((stroke.width for stroke in layer.strokes), default=0.0) / 2


def _cased(text: str, layer: TextLayer) -> str:
    dotted = (layer.language or "").startswith(_DOTTED)
    if layer.case == "upper":
        return (text.replace("i", "\u0130") if dotted else text).upper()
    if layer.case == "lower":
        return (text.replace("I", "\u0131").replace("\u0130", "i") if dotted else text).lower()
    if layer.case == "title":
        return str(_WORD_START.sub(lambda first: first.group().upper(), text))
    return text


def _missing(layer: TextLayer, lines: list[str], location: str) -> tuple[Finding, ...]:
    missing = list(dict.fromkeys(m for line in lines for m in _shape(layer, line).missing))
    if not missing:
        return ()
    names = ", ".join(name_of(cluster[0]) for cluster in missing[:10])
    message = f"no font can print: {names}"
    return (Finding.of(Code.GLYPH_MISSING, message, location=location, layer=layer.id),)


def _overflow(layer: TextLayer, location: str, text: str, least: float) -> Finding:
    shown = text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
    message = f"{shown!r} does not fit, even at the smallest size of {least:g} px"
    return Finding.of(Code.TEXT_OVERFLOW, message, location=location, layer=layer.id)
