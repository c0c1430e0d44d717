"""Artwork that is ready before an order shows it: in just those sizes in which it is shown."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.seed.products import read_seed
from services.printfile.renderer.pool import Pool
from services.printfile.renderer.rendering import Renderer
from shared.templates.template import Template
from tests.support.printing import answers, picture, shape, template

SEED = read_seed()


@pytest.fixture
def artwork(tmp_path: Path) -> dict[str, Path]:
    """Give two artworks of our own beside those of the seed."""
    made = dict(SEED.artwork)
    for number in range(2):
        content = picture(width=300 + number, mode="RGBA")
        path = tmp_path / f"art-{number}.png"
        path.write_bytes(content)
        made[hashlib.sha256(content).hexdigest()] = path
    return made


def of_every_kind(artwork: dict[str, Path], form: str) -> Template:
    """Build a template that shows artwork in every way there is."""
    one, other = list(artwork)[-2:]
    box = {"x": 10, "y": 10, "width": 150.4, "height": 90.7}
    chosen = {"id": "chosen", "kind": "image", "choice": "design", "box": box, "fit": "cover"}
    inner = {"id": "inner", "kind": "image", "asset": one, "box": box, "rotate": 30}
    around = {"id": "around", "kind": "image", "asset": one, "box": {"width": 500, "height": 500}}
    placed = {"x": 100, "y": 100, "width": 133, "height": 61}
    document: dict[str, Any] = {
        "name": "Every kind",
        "fields": [
            {
                "name": "design",
                "property": "Design",
                "kind": "choice",
                "default": "One",
                "options": {"One": one, "Other": other},
            }
        ],
        "locations": [
            {
                "id": "front",
                "width": 1400,
                "height": 700,
                "format": form,
                "layers": [chosen, {"id": "group", "kind": "group", "layers": [inner]}],
            }
        ],
        "preview": {
            "width": 500,
            "height": 500,
            "under": [around],
            "placements": [
                {"location": "front", "box": placed, "rotate": 12, "folds": {"asset": other}},
                {"location": "front", "box": placed, "part": {"width": 700, "height": 350}},
            ],
        },
    }
    return Template.model_validate(document)


def pictures_in(scratch: Path, artwork: dict[str, Path]) -> set[str]:
    """Name every picture of an artwork that is on the shelf."""
    return {file.name for file in scratch.glob("*.rgba") if file.name[:64] in artwork}


def prepared(made: Template, scratch: Path, artwork: dict[str, Path]) -> int:
    """Make everything ready, and tell how many pictures that were."""
    renderer, count = Renderer(scratch), 0
    while not renderer.prepare(made, artwork):
        count += 1
        assert len(pictures_in(scratch, artwork)) >= count
    return count


@pytest.mark.parametrize("name", SEED.templates)
def test_an_order_of_the_seed_finds_its_artwork_ready(
    name: str, artwork: dict[str, Path], tmp_path: Path
) -> None:
    made = Template.model_validate(SEED.templates[name])
    assert prepared(made, tmp_path / "scratch", artwork) > 0
    ready = pictures_in(tmp_path / "scratch", artwork)

    Renderer(tmp_path / "scratch").render(made, answers(made, Name="Ada"), artwork, tmp_path)

    assert pictures_in(tmp_path / "scratch", artwork) == ready


@pytest.mark.parametrize("form", ["png", "pdf", "svg"])
def test_artwork_is_ready_however_it_is_shown(
    form: str, artwork: dict[str, Path], tmp_path: Path
) -> None:
    made = of_every_kind(artwork, form)
    prepared(made, tmp_path / "scratch", artwork)
    ready = pictures_in(tmp_path / "scratch", artwork)

    for design in ("One", "Other"):
        said = answers(made, Design=design)
        Renderer(tmp_path / "scratch").render(made, said, artwork, tmp_path)

    assert pictures_in(tmp_path / "scratch", artwork) == ready


def test_nothing_is_made_ready_that_no_order_shows(
    artwork: dict[str, Path], tmp_path: Path
) -> None:
    made = of_every_kind(artwork, "png")
    for design in ("One", "Other"):
        said = answers(made, Design=design)
        Renderer(tmp_path / "scratch").render(made, said, artwork, tmp_path)

    assert prepared(made, tmp_path / "scratch", artwork) == 0


async def test_preparing_lets_every_order_go_first(
    artwork: dict[str, Path], tmp_path: Path
) -> None:
    pool = Pool(tmp_path / "scratch", 1)
    await pool.open()
    [process] = [psutil.Process(worker._process.pid) for worker in pool._all]
    simple, ended = template(shape()), list[str]()

    async def order(name: str) -> None:
        await pool.render(simple, answers(simple), {}, tmp_path)
        ended.append(name)

    async def prepare() -> None:
        while not await pool.prepare(of_every_kind(artwork, "png"), artwork):
            ended.append("picture")

    process.suspend()
    jobs = [asyncio.create_task(order("first"))]
    await asyncio.sleep(0)
    jobs.append(asyncio.create_task(prepare()))
    await asyncio.sleep(0)
    jobs += [asyncio.create_task(order(name)) for name in ("second", "third")]
    process.resume()
    await asyncio.gather(*jobs)
    await pool.close()

    assert ended[:3] == ["first", "second", "third"]
    assert ended.count("picture") > 3


async def test_an_order_waits_for_one_picture_at_most(
    artwork: dict[str, Path], tmp_path: Path
) -> None:
    pool = Pool(tmp_path / "scratch", 1)
    await pool.open()
    [process] = [psutil.Process(worker._process.pid) for worker in pool._all]
    simple, ended = template(shape()), list[str]()

    async def prepare() -> None:
        while not await pool.prepare(of_every_kind(artwork, "png"), artwork):
            ended.append("picture")

    process.suspend()
    preparing = asyncio.create_task(prepare())
    await asyncio.sleep(0)
    ordered = asyncio.create_task(pool.render(simple, answers(simple), {}, tmp_path))
    process.resume()
    await ordered
    before = list(ended)
    await preparing
    await pool.close()

    assert before == ["picture"]
    assert len(ended) > 3
