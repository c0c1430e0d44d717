"""Whatever a designer draws and a shopper types: a file that other readers accept, or a reason.

`make fuzz` tries many more examples, and other ones each time.
"""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import pytest
import pyvips
import resvg_py
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from deploy.test_tools import PNGCHECK, advice, find
from services.printfile.domain.answers import Answers, read_answers
from services.printfile.renderer.pool import CannotRender, Pool, RenderedFile
from shared.templates.template import Template
from tests.support.any_template import documents, said
from tests.support.printing import encoded, kept, picture

MANY = os.environ.get("PLATEN_FUZZ_EXAMPLES")
EXAMPLES = int(MANY or 30)
ART = encoded(Image.new("RGBA", (40, 30), "#2b677780"), "PNG")
PHOTO = picture(120, 90, form="JPEG")


class Drawers:
    """A pool that plain functions can use, and what it draws with."""

    def __init__(self, runner: asyncio.Runner, pool: Pool, folder: Path) -> None:
        self._runner = runner
        self._pool = pool
        self.artwork, art = kept(ART, folder)
        self.photo, photo = kept(PHOTO, folder)
        self._sources = {self.artwork: art, self.photo: photo}

    def draw(self, made: Template, answers: Answers, folder: Path) -> list[RenderedFile]:
        """Draw an order; a Crashed goes on to the test."""
        drawn = self._runner.run(self._pool.render(made, answers, self._sources, folder))
        for shown in drawn.previews:
            Image.open(shown.path).load()
        return list(drawn.files)


@pytest.fixture(scope="module")
def drawers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawers]:
    folder = tmp_path_factory.mktemp("drawers")
    pool = Pool(folder / "scratch", 1)
    with asyncio.Runner() as runner:
        runner.run(pool.open())
        yield Drawers(runner, pool, folder)
        runner.run(pool.close())


def read_png(path: Path, size: tuple[int, int]) -> None:
    with Image.open(path) as image:
        image.load()
        assert image.size == size
    pyvips.Image.new_from_file(str(path), fail_on="warning").write_to_memory()
    program = find(PNGCHECK)
    if program is None:
        pytest.fail(advice(PNGCHECK), pytrace=False)
    command = [program, "-q", str(path)]
    checked = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    assert checked.returncode == 0, checked.stdout


def read_pdf(path: Path, _size: tuple[int, int]) -> None:
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 1
        document[0].render(scale=0.5)


def read_svg(path: Path, size: tuple[int, int]) -> None:
    drawn = resvg_py.svg_to_bytes(svg_path=str(path), dpi=96, width=size[0], height=size[1])
    Image.open(BytesIO(bytes(drawn))).load()


READERS = {"image/png": read_png, "application/pdf": read_pdf, "image/svg+xml": read_svg}


@given(data=st.data(), typed=said)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=MANY is None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_template_and_answers_end_in_a_file_or_a_reason(
    drawers: Drawers, data: st.DataObject, typed: dict[str, Any]
) -> None:
    made = Template.model_validate(data.draw(documents(drawers.artwork)))
    answers = read_answers(made, typed)
    if answers.complaint is not None:
        assert answers.complaint[1]
        return
    photo = data.draw(st.sampled_from([{}, {"photo": drawers.photo}]))

    with TemporaryDirectory() as folder:
        try:
            [file] = drawers.draw(made, answers.with_photos(photo), Path(folder))
        except CannotRender:
            return
        READERS[file.media_type](Path(file.path), (file.width, file.height))
