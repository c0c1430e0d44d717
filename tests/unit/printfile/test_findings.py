"""What is found in a print file while it is made."""

from pathlib import Path

import pytest
from PIL import Image

from services.printfile.domain.findings import Code
from services.printfile.renderer.rendering import Rendered
from tests.support.printing import (
    NAME,
    answers,
    encoded,
    kept,
    photo,
    picture,
    pixels_of,
    rendered,
    template,
    text,
)


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
