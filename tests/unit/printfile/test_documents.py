"""PDF and SVG files: what other readers see in them is what the PNG of the same design shows."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pypdfium2
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from services.printfile.domain.findings import Code
from services.printfile.renderer.rendering import Rendered
from tests.support.printing import (
    answers,
    encoded,
    kept,
    photo,
    picture,
    pixels_of,
    rendered,
    shape,
    template,
    text,
)

DOCUMENTS = ("pdf", "svg")
ALIKE = 0.8
"""Mean difference, of 255, below which two readers have drawn the same picture."""
ARC = {"centre": {"x": 200, "y": 190}, "radius": 130, "sweep": 170}


def seen_in(made: Rendered) -> NDArray[np.uint8]:
    """Let another library draw the document on white, at 400 by 200 pixels."""
    path = made.files[0].printed.path
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            page = document[0].render(scale=300 / 72)
            return np.asarray(page.to_pil().convert("RGB"))
    content = bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=400, height=200, dpi=96))
    return on_white(Image.open(BytesIO(content)))


def on_white(image: Image.Image) -> NDArray[np.uint8]:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return np.asarray(paper.convert("RGB"))


DESIGNS: dict[str, tuple[dict[str, Any], ...]] = {
    "shapes and gradients": (
        shape(fill={"kind": "radial", "colours": ["#ffcc00", "#cc330080"]}, shape="ellipse"),
        shape(id="turned", box={"x": 200, "y": 40, "width": 120, "height": 90}, rotate=30),
        shape(
            id="round",
            box={"x": 150, "y": 20, "width": 90, "height": 160},
            radius=30,
            fill={"kind": "linear", "angle": 30, "colours": ["#2b6777", "#f4e1c1", "#c8553d"]},
            strokes=[{"width": 8, "paint": "#112233"}],
            opacity=0.6,
        ),
    ),
    "words": (
        shape(box={"width": 400, "height": 200}, fill="#f4e1c1"),
        text(
            content="{name} 👍🏽 مرحبا",
            fill="#12343b",
            strokes=[{"width": 12, "paint": "#ffffff"}],
            shadow={"dx": 6, "dy": 6, "paint": "#c8553d"},
        ),
    ),
    "an arc": (text(place=ARC, size={"min": 10, "max": 60}, fill="#6d3350"),),
    "a masked photo": (
        photo(mask="ellipse", border={"width": 10, "paint": "#ffffff"}, rotate=15),
        shape(blend="multiply", fill="#ffcc00", box={"x": 100, "y": 0, "width": 60, "height": 200}),
    ),
    "a group that erases": (
        shape(box={"width": 400, "height": 100}, fill="#3366aa"),
        {
            "id": "group",
            "kind": "group",
            "opacity": 0.8,
            "clip": {"x": 30, "y": 20, "width": 300, "height": 160},
            "layers": [
                shape(id="a", box={"width": 400, "height": 200}, fill="#cc3300"),
                shape(id="b", shape="ellipse", blend="erase", opacity=0.7, fill="#000000"),
                shape(id="c", box={"x": 200, "width": 50, "height": 200}, blend="screen"),
            ],
        },
    ),
}


def drawn(name: str, form: str, folder: Path, **location: Any) -> Rendered:
    sha256, path = kept(picture(600, 400, form="JPEG", quality=95), folder)
    made = template(*DESIGNS[name], format=form, **location)
    said = answers(made, {"photo": sha256}, Name="Zoë")
    return rendered(made, folder, said=said, sources={sha256: path})


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("name", DESIGNS)
def test_another_reader_sees_what_the_png_shows(name: str, form: str, tmp_path: Path) -> None:
    shown = on_white(Image.fromarray(pixels_of(drawn(name, "png", tmp_path))))

    seen = seen_in(drawn(name, form, tmp_path))

    assert seen.shape == shown.shape
    assert np.abs(seen.astype(int) - shown).mean() < ALIKE


def test_a_page_has_the_size_of_the_print(tmp_path: Path) -> None:
    made = rendered(template(shape(), format="pdf", width=4500, height=5400), tmp_path)

    with pypdfium2.PdfDocument(made.files[0].printed.path) as document:
        assert document[0].get_size() == (15 * 72, 18 * 72)
        assert document.get_metadata_dict(skip_empty=True).keys() <= {"Producer"}


def test_a_drawing_has_the_size_of_the_print(tmp_path: Path) -> None:
    made = rendered(template(shape(), format="svg", width=4500, height=5400), tmp_path)

    written = made.files[0].printed.path.read_text()
    assert 'width="15in" height="18in" viewBox="0 0 4500 5400"' in written


@pytest.mark.parametrize("form", DOCUMENTS)
def test_no_reader_needs_a_font(form: str, tmp_path: Path) -> None:
    content = drawn("words", form, tmp_path).files[0].printed.path.read_bytes()

    assert b"/Font" not in content
    assert b"<text" not in content


def test_a_drawing_refers_to_nothing_outside(tmp_path: Path) -> None:
    written = drawn("a masked photo", "svg", tmp_path).files[0].printed.path.read_text()

    elements = {each.tag.partition("}")[2] for each in ET.fromstring(written).iter()}  # noqa: S314 - our own
    assert elements <= {"svg", "defs", "clipPath", "g", "path", "image"}
    assert set(re.findall(r'href="([a-z]+:[a-z]+/[a-z]+)', written)) == {"data:image/jpeg"}
    assert written.count("href=") == 1


def test_a_photo_stays_a_jpeg_in_a_page(tmp_path: Path) -> None:
    content = drawn("a masked photo", "pdf", tmp_path).files[0].printed.path.read_bytes()

    assert b"/DCTDecode" in content


ELSEWHERE = """
import sys
from pathlib import Path
from tests.unit.printfile.test_documents import DESIGNS, DOCUMENTS, drawn
for name in DESIGNS:
    for form in DOCUMENTS:
        print(drawn(name, form, Path(sys.argv[1])).files[0].printed.sha256)
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / name)]
        ended = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own script
        hashes.append(ended.stdout.split())

    assert len(hashes[0]) == len(DESIGNS) * len(DOCUMENTS)
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_document_too_large_is_squeezed_and_then_found(form: str, tmp_path: Path) -> None:
    roomy = drawn("a masked photo", form, tmp_path).files[0].printed.size_bytes

    tight = drawn("a masked photo", form, tmp_path, bytes_max=roomy - 1)
    hopeless = drawn("a masked photo", form, tmp_path, bytes_max=1000)

    assert tight.files[0].printed.size_bytes < roomy
    assert tight.findings == ()
    assert [found.code for found in hopeless.findings] == [Code.FILE_TOO_LARGE]


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_document_of_nothing_is_found(form: str, tmp_path: Path) -> None:
    made = rendered(template(text(), format=form), tmp_path)

    assert [found.code for found in made.findings] == [Code.PRINT_BLANK]


@pytest.mark.parametrize("form", DOCUMENTS)
def test_artwork_keeps_its_transparency(form: str, tmp_path: Path) -> None:
    sha256, path = kept(encoded(Image.new("RGBA", (100, 60), "#0000ff80"), "PNG"), tmp_path)
    box = {"x": 20, "y": 30, "width": 100, "height": 60}
    art = {"id": "art", "kind": "image", "asset": sha256, "box": box}

    made = rendered(template(shape(), art, format=form), tmp_path, sources={sha256: path})

    assert seen_in(made)[60, 60].tolist() == pytest.approx([127, 0, 128], abs=2)
