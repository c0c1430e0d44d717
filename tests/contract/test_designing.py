"""What a designer reads and types: the guide's example, and what is said of mistakes."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from deploy.contracts.documents import ROOT
from deploy.designing.reading import Unfit, read_answers_file, read_design
from deploy.designing.samples import unused_fields
from tests.support.printing import picture

GUIDE = (ROOT / "docs/templates.md").read_text()
TEMPLATE, ANSWERS = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)


def platen(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", *words]
    env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mug.json").write_text(TEMPLATE)
    (tmp_path / "ada.json").write_text(ANSWERS)
    return tmp_path


def test_the_guides_example_is_drawn_as_it_says(folder: Path) -> None:
    done = platen("render", "mug.json", "--answers", "ada.json", "-o", "out", folder=folder)

    assert done.returncode == 0, done.stderr
    [shown] = re.findall(r"\$ platen render .*?\n(.*?)```", GUIDE, re.DOTALL)
    assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
    with Image.open(folder / "out/wrap.png") as wrap:
        assert wrap.size == (2700, 1125)
    with Image.open(folder / "out/preview-600.webp") as preview:
        assert preview.width == 600


def test_the_guides_checks_say_what_it_says(folder: Path) -> None:
    (folder / "broken.json").write_text(TEMPLATE.replace("Pacifico", "Pacifica"))

    done = platen("templates", "check", "mug.json", "broken.json", folder=folder)

    [shown] = re.findall(r"\$ platen templates check mug.*?\n(.*?)```", GUIDE, re.DOTALL)
    said = [line for line in shown.splitlines() if not line.startswith("$")]
    assert done.returncode == 1
    assert (done.stdout + done.stderr).splitlines() == said


def test_what_stops_an_order_fails_the_command(folder: Path) -> None:
    (folder / "ada.json").write_text('{"Name": "Ada", "Since": "long ago"}')

    done = platen("render", "mug.json", "--answers", "ada.json", folder=folder)

    assert done.returncode == 1
    assert "blocking 'Since' is not allowed. A year of four digits." in done.stdout
    assert not (folder / "out").exists()


def written(folder: Path, **changes: Any) -> Path:
    document = json.loads(TEMPLATE) | changes
    (folder / "mug.json").write_text(json.dumps(document))
    return folder / "mug.json"


def with_art(folder: Path, asset: str) -> Path:
    document = json.loads(TEMPLATE)
    art = {"id": "art", "kind": "image", "asset": asset, "box": {"width": 900, "height": 900}}
    document["locations"][0]["layers"].append(art)
    return written(folder, locations=document["locations"])


def test_artwork_is_named_by_its_path(folder: Path) -> None:
    (folder / "art").mkdir()
    (folder / "art/badge.png").write_bytes(picture())

    design = read_design(with_art(folder, "art/badge.png"))

    assert list(design.artwork.values()) == [folder / "art/badge.png"]


@pytest.mark.parametrize(
    ("asset", "reason"),
    [
        ("art/none.png", "locations[0].layers[4].asset: there is no file 'art/none.png'"),
        ("ada.json", "locations[0].layers[4].asset: the bytes are not a PNG"),
        ("a" * 64, "no PNG in .* has the hash aaaa"),
    ],
)
def test_artwork_that_is_missing_is_told(folder: Path, asset: str, reason: str) -> None:
    with pytest.raises(Unfit) as refusal:
        read_design(with_art(folder, asset))

    assert re.search(reason if ".*" in reason else re.escape(reason), str(refusal.value))


def test_answers_that_nobody_asks_for_are_told(folder: Path) -> None:
    design = read_design(folder / "mug.json")
    (folder / "ada.json").write_text('{"Nmae": "Ada"}')

    with pytest.raises(Unfit, match="no field of the template asks for 'Nmae'; there are: Name"):
        read_answers_file(folder / "ada.json", design.template)


def test_a_question_whose_answer_is_shown_nowhere_is_found(folder: Path) -> None:
    fields = [*json.loads(TEMPLATE)["fields"], {"name": "motto", "property": "Motto"}]

    design = read_design(written(folder, fields=fields))

    assert unused_fields(design.template) == ["motto"]
