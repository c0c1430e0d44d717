"""What is found, how files are made again to the same bytes, and what previews show."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from services.printfile.domain.findings import Code
from services.printfile.renderer.png import Strip, Sum
from services.printfile.renderer.printing import ROWS
from services.printfile.renderer.refusals import CannotRender
from services.printfile.renderer.rendering import Rendered, Renderer
from services.printfile.renderer.strips import StripCache
from shared.templates.template import Template
from tests.support.printing import (
    NAME,
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

PAPER = [242, 244, 245]


def codes(made: Rendered) -> list[Code]:
    return [found.code for found in made.findings]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("\ue123", Code.GLYPH_MISSING),
        ("W" * 60, Code.TEXT_OVERFLOW),
    ],
)
def test_text_that_cannot_be_printed_is_found(words: str, code: Code, tmp_path: Path) -> None:
    made = template(text(), fields=(NAME | {"max_length": 100},))

    assert code in codes(rendered(made, tmp_path, said=answers(made, Name=words)))


def test_a_layer_beyond_the_safe_area_is_found(tmp_path: Path) -> None:
    safe = {"x": 50, "y": 50, "width": 300, "height": 100}
    made = template(text(), safe_area=safe)

    assert codes(rendered(made, tmp_path, said=answers(made, Name="Ada"))) == [
        Code.OUTSIDE_SAFE_AREA
    ]


@pytest.mark.parametrize(
    ("width", "code"),
    [(200, []), (150, [Code.RESOLUTION_LOW]), (90, [Code.RESOLUTION_TOO_LOW])],
)
def test_a_coarse_photo_is_found(width: int, code: list[Code], tmp_path: Path) -> None:
    sha256, path = kept(picture(width, width // 2, form="JPEG"), tmp_path)
    made = template(photo())
    said = answers(made, {"photo": sha256})

    assert codes(rendered(made, tmp_path, said=said, sources={sha256: path})) == code


@pytest.mark.parametrize("dot", [0, 5])
def test_a_photo_of_almost_nothing_is_found(dot: int, tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 300), "#445566")
    image.paste("#ffffff", (200, 150, 200 + dot, 150 + dot))
    sha256, path = kept(encoded(image, "JPEG"), tmp_path)
    made = template(photo())
    said = answers(made, {"photo": sha256})

    assert codes(rendered(made, tmp_path, said=said, sources={sha256: path})) == [Code.LAYER_BLANK]


def test_a_print_of_nothing_is_found(tmp_path: Path) -> None:
    assert codes(rendered(template(text()), tmp_path)) == [Code.PRINT_BLANK]


def test_a_file_too_large_for_the_factory_is_squeezed(tmp_path: Path) -> None:
    sha256, path = kept(picture(form="JPEG"), tmp_path)
    made = template(photo())
    said = answers(made, {"photo": sha256})
    quick = rendered(made, tmp_path, said=said, sources={sha256: path})
    seen, size = pixels_of(quick), quick.files[0].printed.size_bytes

    tight = template(photo(), bytes_max=size - 1)
    squeezed = rendered(tight, tmp_path, said=said, sources={sha256: path})

    assert squeezed.files[0].printed.size_bytes < size
    assert codes(squeezed) == []
    assert (pixels_of(squeezed) == seen).all()


def test_a_file_too_large_for_the_factory_is_found(tmp_path: Path) -> None:
    sha256, path = kept(picture(form="JPEG"), tmp_path)
    made = template(photo(), bytes_max=1000)
    said = answers(made, {"photo": sha256})

    assert codes(rendered(made, tmp_path, said=said, sources={sha256: path})) == [
        Code.FILE_TOO_LARGE
    ]


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (shape(shape="path", path="M nonsense"), "not SVG path data"),
        (
            {"id": "art", "kind": "image", "asset": "a" * 64, "box": {"width": 9, "height": 9}},
            "artwork is missing",
        ),
    ],
)
def test_a_template_that_cannot_be_drawn_says_why(
    layer: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(CannotRender, match=reason):
        rendered(template(layer), tmp_path)


def tall() -> Template:
    sky = {"kind": "linear", "angle": 60, "colours": ["#ffcc00", "#cc3300"]}
    box = {"x": 0, "y": 0, "width": 400, "height": 5 * ROWS}
    place = {"x": 0, "y": 2 * ROWS, "width": 400, "height": ROWS}
    layers = (shape(box=box, fill=sky, opacity=0.7), text(place=place))
    return template(*layers, height=5 * ROWS)


def test_strips_used_again_give_the_same_pixels(tmp_path: Path) -> None:
    made = tall()
    renderer = Renderer(tmp_path / "scratch")
    for name in ("Bo", "Christina"):
        rendered(made, tmp_path, said=answers(made, Name=name), renderer=renderer)

    again = rendered(made, tmp_path, said=answers(made, Name="Ada"), renderer=renderer)

    fresh_folder = tmp_path / "fresh"
    fresh_folder.mkdir()
    fresh = rendered(made, fresh_folder, said=answers(made, Name="Ada"))
    assert again.files[0].printed.sha256 == fresh.files[0].printed.sha256
    assert (pixels_of(again) == pixels_of(fresh)).all()


def test_another_decoder_reads_the_same_pixels(tmp_path: Path) -> None:
    made = tall()
    drawn = rendered(made, tmp_path, said=answers(made, Name="Ada"))

    path = str(drawn.files[0].printed.path)
    assert (pyvips.Image.new_from_file(path, fail_on="warning").numpy() == pixels_of(drawn)).all()


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    printed = rendered(template(shape()), tmp_path).files[0].printed

    content = printed.path.read_bytes()
    assert printed.sha256 == hashlib.sha256(content).hexdigest()
    assert printed.size_bytes == len(content)


ELSEWHERE = """
import sys
from pathlib import Path
from tests.support.printing import answers, rendered
from tests.unit.printfile.test_rendering import tall
made = tall()
folder = Path(sys.argv[1])
print(rendered(made, folder, said=answers(made, Name="Zoë 👍🏽 مرحبا")).files[0].printed.sha256)
"""


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        command = [sys.executable, "-c", ELSEWHERE, str(folder)]
        hashes.add(subprocess.run(command, capture_output=True, check=True, text=True).stdout)  # noqa: S603 - our own script

    assert len(hashes) == 1


def test_previews_show_the_print_on_its_scene(tmp_path: Path) -> None:
    document = template(shape(box={"width": 400, "height": 200})).model_dump(mode="json")
    wall = shape(id="wall", box={"width": 1600, "height": 1200}, fill="#00ff00")
    place = {"location": "front", "box": {"x": 400, "y": 400, "width": 800, "height": 400}}
    scene = {"width": 1600, "height": 1200, "under": [wall], "placements": [place]}
    made = Template.model_validate(document | {"preview": scene})

    drawn = Renderer(tmp_path / "scratch").render(made, answers(made), {}, tmp_path)

    assert [(shown.width, shown.height) for shown in drawn.previews] == [(600, 450), (1600, 1200)]
    for shown in drawn.previews:
        image = np.asarray(Image.open(shown.path))
        assert image[shown.height // 2, shown.width // 2].tolist() == pytest.approx(
            [255, 0, 0], abs=6
        )
        assert image[5, 5].tolist() == pytest.approx([0, 255, 0], abs=6)


def folded(red: int, green: int, folder: Path) -> NDArray[np.uint8]:
    """Show a print with a red left half, moved by an even map."""
    sha256, path = kept(encoded(Image.new("RGB", (50, 50), (red, green, 0)), "PNG"), folder)
    half = shape(box={"width": 200, "height": 200})
    place = {
        "location": "front",
        "box": {"x": 400, "y": 400, "width": 800, "height": 400},
        "folds": {"asset": sha256, "strength": 40},
    }
    scene = {"width": 1600, "height": 1200, "placements": [place]}
    document = template(half).model_dump(mode="json") | {"preview": scene}
    made = Template.model_validate(document)
    assert made.assets == {sha256}
    drawn = Renderer(folder / "scratch").render(made, answers(made), {sha256: path}, folder)
    return np.asarray(Image.open(drawn.previews[1].path))


def test_a_print_lies_still_where_the_cloth_is_flat(tmp_path: Path) -> None:
    seen = folded(128, 128, tmp_path)

    assert seen[600, 790].tolist() == pytest.approx([255, 0, 0], abs=9)
    assert seen[600, 810].tolist() == pytest.approx(PAPER, abs=9)


def test_folds_of_the_cloth_move_the_print(tmp_path: Path) -> None:
    seen = folded(255, 0, tmp_path)

    assert seen[600, 750].tolist() == pytest.approx([255, 0, 0], abs=9)
    assert seen[600, 770].tolist() == pytest.approx(PAPER, abs=9)
    assert seen[430, 600].tolist() == pytest.approx(PAPER, abs=9)
    assert seen[450, 600].tolist() == pytest.approx([255, 0, 0], abs=9)


def test_a_template_without_a_scene_is_shown_on_paper(tmp_path: Path) -> None:
    made = template(shape())

    drawn = Renderer(tmp_path / "scratch").render(made, answers(made), {}, tmp_path)

    assert [shown.width for shown in drawn.previews] == [600, 1600]


def test_the_strip_cache_lets_the_longest_unused_go() -> None:
    cache = StripCache(bytes_max=10)

    for name in "ab":
        cache.keep((name,), Strip(b"12345678", Sum(1, 8)))

    assert cache.find(("a",)) is None
    assert cache.find(("b",)) is not None
