"""What is drawn, pixel by pixel."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from services.printfile.renderer.refusals import CannotRender
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

RED, CLEAR = [255, 0, 0, 255], [0, 0, 0, 0]


def test_a_shape_covers_exactly_its_box(tmp_path: Path) -> None:
    pixels = pixels_of(rendered(template(shape()), tmp_path))

    assert pixels.shape == (200, 400, 4)
    assert (pixels[30:90, 20:120] == RED).all()
    assert (pixels[:, :20] == CLEAR).all()
    assert (pixels[90:] == CLEAR).all()


def test_half_transparent_colours_keep_their_value(tmp_path: Path) -> None:
    pixels = pixels_of(rendered(template(shape(fill="#c8643280")), tmp_path))

    assert pixels[50, 50].tolist() == pytest.approx([200, 100, 50, 128], abs=1)


def test_layers_are_drawn_from_the_lowest_to_the_highest(tmp_path: Path) -> None:
    made = rendered(template(shape(), shape(id="over", fill="#0000ff")), tmp_path)

    assert pixels_of(made)[50, 50].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"opacity": 0.5}, [255, 128, 0, 255]),
        ({"blend": "multiply", "fill": "#ff8000"}, [255, 128, 0, 255]),
        ({"blend": "erase"}, CLEAR),
        ({"blend": "screen", "fill": "#0000ff"}, [255, 255, 255, 255]),
    ],
    ids=["half", "multiply", "erase", "screen"],
)
def test_layers_mix_with_what_lies_below(
    changes: dict[str, Any], seen: list[int], tmp_path: Path
) -> None:
    below = shape(id="below", fill="#ffff00")

    pixels = pixels_of(rendered(template(below, shape(**changes)), tmp_path))

    assert pixels[50, 50].tolist() == pytest.approx(seen, abs=2)


def test_a_group_is_mixed_as_one(tmp_path: Path) -> None:
    pair = [shape(id="a"), shape(id="b", fill="#ff0000")]
    group = {"id": "group", "kind": "group", "layers": pair, "opacity": 0.5}

    pixels = pixels_of(rendered(template(group), tmp_path))

    assert pixels[50, 50].tolist() == pytest.approx([255, 0, 0, 128], abs=1)


def test_a_layer_hides_when_its_condition_is_not_met(tmp_path: Path) -> None:
    made = template(
        shape(), shape(id="over", fill="#0000ff", show={"field": "name", "given": True})
    )

    silent = pixels_of(rendered(made, tmp_path))[50, 50].tolist()
    spoken = pixels_of(rendered(made, tmp_path, said=answers(made, Name="Ada")))[50, 50].tolist()

    assert (silent, spoken) == (RED, [0, 0, 255, 255])


def test_a_chosen_colour_is_the_options_own(tmp_path: Path) -> None:
    options = {"Sea": "#2b6777", "Sand": "#f4e1c1"}
    choice = {"name": "colour", "property": "Colour", "kind": "choice", "options": options}
    made = template(shape(fill={"field": "colour"}), fields=(choice,))

    pixels = pixels_of(rendered(made, tmp_path, said=answers(made, Colour="Sea")))

    assert pixels[50, 50].tolist() == [0x2B, 0x67, 0x77, 255]


def test_a_gradient_flows_from_one_colour_to_the_other(tmp_path: Path) -> None:
    flow = {"kind": "linear", "angle": 0, "colours": ["#ff0000", "#0000ff"]}

    pixels = pixels_of(rendered(template(shape(fill=flow)), tmp_path))

    assert pixels[50, 21].tolist() == pytest.approx([253, 0, 2, 255], abs=4)
    assert pixels[50, 118].tolist() == pytest.approx([2, 0, 253, 255], abs=4)


def test_a_photo_is_cropped_to_cover_its_box(tmp_path: Path) -> None:
    sha256, path = kept(picture(600, 400, form="JPEG", quality=95), tmp_path)
    made = template(photo())
    said = answers(made, {"photo": sha256})

    pixels = pixels_of(rendered(made, tmp_path, said=said, sources={sha256: path}))

    assert (pixels[50:150, 50:250, 3] == 255).all()
    assert (pixels[:50] == CLEAR).all()
    assert pixels[51, 51, :3].tolist() == pytest.approx([0, 20, 255], abs=25)
    assert pixels[51, 248, :3].tolist() == pytest.approx([255, 20, 0], abs=25)


def test_a_contained_photo_is_shown_whole(tmp_path: Path) -> None:
    sha256, path = kept(picture(300, 300, form="JPEG"), tmp_path)
    made = template(photo(fit="contain"))
    said = answers(made, {"photo": sha256})

    pixels = pixels_of(rendered(made, tmp_path, said=said, sources={sha256: path}))

    assert (pixels[100, 50:99] == CLEAR).all()
    assert (pixels[100, 101:199, 3] == 255).all()


def test_a_mask_lets_only_its_inside_through(tmp_path: Path) -> None:
    sha256, path = kept(picture(form="JPEG"), tmp_path)
    made = template(photo(mask="ellipse"))
    said = answers(made, {"photo": sha256})

    pixels = pixels_of(rendered(made, tmp_path, said=said, sources={sha256: path}))

    assert pixels[52, 52].tolist() == CLEAR
    assert pixels[100, 150, 3] == 255


def test_a_placeholder_stands_where_no_photo_was_given(tmp_path: Path) -> None:
    made = template(photo(mask="ellipse", placeholder="#336699"))

    pixels = pixels_of(rendered(made, tmp_path))

    assert pixels[100, 150].tolist() == [0x33, 0x66, 0x99, 255]
    assert pixels[52, 52].tolist() == CLEAR


def test_artwork_with_alpha_is_drawn_over_what_lies_below(tmp_path: Path) -> None:
    art = Image.new("RGBA", (100, 60), "#0000ff80")
    sha256, path = kept(encoded(art, "PNG"), tmp_path)
    box = {"x": 20, "y": 30, "width": 100, "height": 60}
    layer = {"id": "art", "kind": "image", "asset": sha256, "box": box}

    made = rendered(template(shape(), layer), tmp_path, sources={sha256: path})

    assert pixels_of(made)[50, 50].tolist() == pytest.approx([127, 0, 128, 255], abs=1)


def test_a_word_is_printed_in_its_colour_and_nowhere_else(tmp_path: Path) -> None:
    made = template(text(fill="#123456"))

    pixels = pixels_of(rendered(made, tmp_path, said=answers(made, Name="I")))

    assert [0x12, 0x34, 0x56, 255] in pixels.reshape(-1, 4).tolist()
    assert (pixels[:, :100] == CLEAR).all()


def test_an_emoji_is_printed_in_its_own_colours(tmp_path: Path) -> None:
    made = template(text(fill="#000000"))

    pixels = pixels_of(rendered(made, tmp_path, said=answers(made, Name="\U0001f600")))

    assert [255, 204, 77, 255] in pixels.reshape(-1, 4).tolist()


def test_a_colour_that_was_not_chosen_paints_nothing(tmp_path: Path) -> None:
    choice = {"name": "colour", "property": "Colour", "kind": "choice", "options": {"A": "#2b6777"}}
    made = template(shape(fill={"field": "colour"}), fields=(choice,))

    assert pixels_of(rendered(made, tmp_path))[50, 50].tolist() == CLEAR


def test_a_picture_far_larger_than_any_print_is_refused(tmp_path: Path) -> None:
    sha256, path = kept(picture(form="JPEG"), tmp_path)
    made = template(photo(box={"width": 20_000, "height": 20_000}))

    with pytest.raises(CannotRender, match="at most 80 megapixels"):
        rendered(made, tmp_path, said=answers(made, {"photo": sha256}), sources={sha256: path})


def test_a_box_thinner_than_a_pixel_is_a_pixel(tmp_path: Path) -> None:
    sha256, path = kept(picture(form="JPEG"), tmp_path)
    made = template(photo(box={"width": 0.2, "height": 200}))

    drawn = rendered(made, tmp_path, said=answers(made, {"photo": sha256}), sources={sha256: path})

    assert pixels_of(drawn)[:, 0, 3].all()
