"""A print location as an SVG document: outlines and pictures only, nothing from elsewhere."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import skia

from services.printfile.renderer.canvas import Spot
from services.printfile.renderer.drawing import Drawable
from services.printfile.renderer.embedding import embedded
from services.printfile.renderer.paints import Fill, Flow, Rgba
from services.printfile.renderer.pictures import Pictured
from services.printfile.renderer.svgpath import number, path_data
from shared.templates.style import Blend
from shared.templates.template import PrintLocation

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{wide}in" height="{high}in" '
    'viewBox="0 0 {width} {height}" style="isolation:isolate">'
)
OPAQUE = 255


def write_svg(
    location: PrintLocation, layers: Sequence[Drawable], path: Path, *, squeezed: bool = False
) -> None:
    """Write the document; names in it are counted, so that it is the same every time."""
    canvas = SvgCanvas(location, squeezed=squeezed)
    for layer in layers:
        layer.draw(canvas)
    head = HEAD.format(
        wide=number(location.width / location.dpi, 6),
        high=number(location.height / location.dpi, 6),
        width=location.width,
        height=location.height,
    )
    with path.open("w", encoding="utf-8") as file:
        file.writelines([head, "<defs>", *canvas.definitions, "</defs>", *canvas.parts, "</svg>"])


class SvgCanvas:
    """Collects elements; what is mixed or clipped is a group of its own."""

    scale = 1.0

    def __init__(self, location: PrintLocation, *, squeezed: bool) -> None:
        self.parts: list[str] = []
        self.definitions: list[str] = []
        self._location = location
        self._squeezed = squeezed

    def fill(self, outline: skia.Path, fill: Fill) -> None:
        """Fill an outline."""
        data = path_data(outline)
        if not data:
            return
        rule = ' fill-rule="evenodd"' if outline.getFillType() == skia.PathFillType.kEvenOdd else ""
        self.parts.append(f'<path d="{data}"{self._filled(fill)}{rule}/>')

    def picture(self, picture: Pictured, corner: Spot) -> None:
        """Embed a picture; no reader needs to fetch anything."""
        made = embedded(picture, self._location.dpi, squeezed=self._squeezed)
        frame = picture.frame(corner)
        place = " ".join(
            f'{name}="{number(value)}"'
            for name, value in (
                ("x", frame.x()),
                ("y", frame.y()),
                ("width", frame.width()),
                ("height", frame.height()),
            )
        )
        data = b64encode(made.content).decode()
        href = f"data:{made.media_type};base64,{data}"
        self.parts.append(f'<image {place} preserveAspectRatio="none" href="{href}"/>')

    @contextmanager
    def clipped(self, outline: skia.Path) -> Iterator[None]:
        """Clip a group."""
        name = self._define("clipPath", "", f'<path d="{path_data(outline)}"/>')
        with self._group(f'clip-path="url(#{name})"'):
            yield

    @contextmanager
    def turned(self, degrees: float, pivot: Spot) -> Iterator[None]:
        """Turn a group."""
        x, y = map(number, pivot)
        with self._group(f'transform="rotate({number(degrees)},{x},{y})"'):
            yield

    @contextmanager
    def mixed(
        self, area: skia.Rect, opacity: float = 1, blend: Blend = Blend.NORMAL
    ) -> Iterator[None]:
        """Blend a group that is isolated from what lies below."""
        del area
        if blend is Blend.ERASE:
            with self._rubber(opacity):
                yield
            return
        style = "isolation:isolate"
        if blend is not Blend.NORMAL:
            style += f";mix-blend-mode:{blend.value.replace('_', '-')}"
        with self._group(f'opacity="{number(opacity, 4)}" style="{style}"'):
            yield

    @contextmanager
    def _group(self, attributes: str) -> Iterator[None]:
        below, self.parts = self.parts, []
        yield
        self.parts = [*below, f"<g {attributes}>", *self.parts, "</g>"]

    @contextmanager
    def _rubber(self, opacity: float) -> Iterator[None]:
        """Erase: a mask lets the layers below show where what is drawn now is not."""
        below, self.parts = self.parts, []
        yield
        everywhere = f'x="0" y="0" width="{self._location.width}" height="{self._location.height}"'
        values = f"0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 {number(-opacity, 4)} 1"
        turned = self._define(
            "filter",
            f'filterUnits="userSpaceOnUse" {everywhere} color-interpolation-filters="sRGB"',
            f'<feColorMatrix values="{values}"/>',
        )
        mask = self._define(
            "mask",
            f'maskUnits="userSpaceOnUse" {everywhere}',
            "".join([f'<g filter="url(#{turned})">', *self.parts, "</g>"]),
        )
        self.parts = [f'<g mask="url(#{mask})">', *below, "</g>"]

    def _define(self, element: str, attributes: str, content: str) -> str:
        name = f"d{len(self.definitions)}"
        start = " ".join(part for part in (element, f'id="{name}"', attributes) if part)
        self.definitions.append(f"<{start}>{content}</{element}>")
        return name

    def _filled(self, fill: Fill) -> str:
        if isinstance(fill, Flow):
            return f' fill="url(#{self._gradient(fill)})"'
        return _coloured("fill", fill)

    def _gradient(self, flow: Flow) -> str:
        pairs = zip(flow.stops, flow.colours, strict=True)
        stops = "".join(
            f'<stop offset="{number(place, 4)}"{_coloured("stop", shade, "stop-color")}/>'
            for place, shade in pairs
        )
        units = 'gradientUnits="userSpaceOnUse"'
        if flow.gradient.kind == "radial":
            x, y = map(number, flow.middle)
            circle = f'cx="{x}" cy="{y}" r="{number(flow.radius)}"'
            return self._define("radialGradient", f"{units} {circle}", stops)
        (x1, y1), (x2, y2) = (map(number, end) for end in flow.ends)
        line = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        return self._define("linearGradient", f"{units} {line}", stops)


def _coloured(name: str, shade: Rgba, attribute: str = "fill") -> str:
    red, green, blue, alpha = shade
    written = f' {attribute}="#{red:02x}{green:02x}{blue:02x}"'
    if alpha == OPAQUE:
        return written
    return f'{written} {name}-opacity="{number(alpha / OPAQUE, 4)}"'
