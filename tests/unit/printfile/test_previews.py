"""What previews show."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from services.printfile.renderer.rendering import Renderer
from shared.templates.template import Template
from tests.support.printing import answers, encoded, kept, shape, template

PAPER = [242, 244, 245]


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
