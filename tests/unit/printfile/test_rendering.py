"""What cannot be drawn says why, and what can is made again to the same bytes."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.printfile.renderer.png import Strip, Sum
from services.printfile.renderer.printing import ROWS
from services.printfile.renderer.refusals import CannotRender
from services.printfile.renderer.rendering import Renderer
from services.printfile.renderer.strips import StripCache
from shared.templates.template import Template
from tests.support.printing import (
    answers,
    pixels_of,
    rendered,
    shape,
    template,
    text,
)


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


def test_the_strip_cache_lets_the_longest_unused_go() -> None:
    cache = StripCache(bytes_max=10)

    for name in "ab":
        cache.keep((name,), Strip(b"12345678", Sum(1, 8)))

    assert cache.find(("a",)) is None
    assert cache.find(("b",)) is not None
