"""One order's item: every print file and the previews, and all that was noticed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.printfile.domain.answers import Answers
from services.printfile.domain.findings import Code, Finding
from services.printfile.renderer.documents import print_document
from services.printfile.renderer.drawing import Drawable, drawables
from services.printfile.renderer.easel import Easel
from services.printfile.renderer.pictures import Pictures
from services.printfile.renderer.previewing import Previewed, preview
from services.printfile.renderer.printing import Printed, print_location
from services.printfile.renderer.refusals import CannotRender
from services.printfile.renderer.shelf import Shelf
from services.printfile.renderer.showing import showings_of
from services.printfile.renderer.strips import StripCache
from services.printfile.renderer.svgpath import outline_of
from shared.templates.layers import PhotoLayer, ShapeLayer
from shared.templates.style import Box
from shared.templates.template import PrintLocation, Template, every_layer

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The file of one print location."""

    location: PrintLocation
    printed: Printed


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything made for one item, in the folder that was given."""

    files: tuple[RenderedFile, ...]
    previews: tuple[Previewed, ...]
    findings: tuple[Finding, ...]


class Renderer:
    """Keeps artwork and finished strips between orders; two of them give the same bytes."""

    def __init__(self, scratch: Path) -> None:
        self._shelf = Shelf(scratch)
        self._strips = StripCache()

    def prepare(self, template: Template, sources: Mapping[str, Path]) -> bool:
        """Make the first picture ready that orders will show and nobody has made yet.

        True when none is missing. Raises CannotRender when one cannot be made.
        """
        pictures = Pictures(self._shelf, sources)
        for showing in showings_of(template):
            if not self._shelf.has(pictures.shown(*showing).name):
                pictures.artwork(*showing)
                self._shelf.rest()
                return False
        return True

    def render(
        self,
        template: Template,
        answers: Answers,
        sources: Mapping[str, Path],
        folder: Path,
        *,
        with_preview: bool = True,
    ) -> Rendered:
        """Render an item into the folder; `sources` says where artwork and photos lie, by hash.

        `answers.photos` holds the hashes of our own copies, not the shopper's addresses.
        """
        check(template, sources)
        pictures = Pictures(self._shelf, sources)
        digest = template.digest
        findings = list(answers.findings)
        files: list[RenderedFile] = []
        prints: dict[str, list[Drawable]] = {}
        for location in template.locations:
            easel = Easel(template, answers, pictures, location.id, findings, location.dpi)
            layers = prints[location.id] = drawables(easel, location.layers)
            _check_safe_area(easel, location, layers)
            path = folder / f"{location.id}.{location.format}"
            if location.format == "png":
                printed = print_location(location, layers, path, cache=self._strips, name=digest)
            else:
                printed = print_document(location, layers, path)
            _check_file(easel, location, printed)
            files.append(RenderedFile(location, printed))
        self._shelf.rest()
        previews: list[Previewed] = []
        if with_preview:
            easel = Easel(template, answers, pictures, "preview", [])
            previews = preview(easel, prints, folder)
        return Rendered(tuple(files), tuple(previews), tuple(dict.fromkeys(findings)))


def check(template: Template, sources: Collection[str]) -> None:
    """Raise CannotRender when outlines or artwork that the template names are not there."""
    missing = template.assets - set(sources)
    if missing:
        raise CannotRender(f"the template's artwork is missing: {', '.join(sorted(missing))}")
    scene = template.preview.under + template.preview.over if template.preview else ()
    sides = [layer for location in template.locations for layer in location.layers]
    for layer in every_layer((*sides, *scene)):
        if isinstance(layer, ShapeLayer | PhotoLayer) and layer.path is not None:
            try:
                outline_of(layer.path)
            except ValueError as error:
                raise CannotRender(f"the path of layer {layer.id!r} is {error}") from error


def _check_safe_area(easel: Easel, location: PrintLocation, layers: list[Drawable]) -> None:
    """Find layers of the shopper's that stick out; the designer's own may bleed on purpose."""
    safe = location.safe_area
    if safe is None:
        return
    for layer in layers:
        bounds = layer.bounds.makeInset(1, 1)
        box = Box(x=bounds.x(), y=bounds.y(), width=bounds.width(), height=bounds.height())
        if not layer.is_lasting and not safe.holds(box):
            easel.note(Code.OUTSIDE_SAFE_AREA, layer.layer, "reaches outside the safe area")


def _check_file(easel: Easel, location: PrintLocation, printed: Printed) -> None:
    if printed.is_blank:
        finding = Finding.of(Code.PRINT_BLANK, "nothing would be printed", location=location.id)
        easel.findings.append(finding)
    if printed.size_bytes > location.bytes_max:
        size, most = printed.size_bytes / MEGABYTE, location.bytes_max / MEGABYTE
        message = f"the file has {size:.1f} MB; the factory takes at most {most:g} MB"
        easel.findings.append(Finding.of(Code.FILE_TOO_LARGE, message, location=location.id))
