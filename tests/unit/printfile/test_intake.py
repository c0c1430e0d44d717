"""What becomes of the pictures that shoppers send: our own copy, or a reason why not."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from services.printfile.renderer.intake import OwnCopy, make_own_copy
from services.printfile.renderer.refusals import Unusable
from tests.support.broken import bomb
from tests.support.printing import encoded, picture

UPRIGHT_BY_TURNING = 6


def opened(copy: OwnCopy) -> Image.Image:
    return Image.open(io.BytesIO(copy.content))


def colour_at(copy: OwnCopy, across: float, down: float) -> tuple[int, ...]:
    image = opened(copy)
    spot = (int(across * (image.width - 1)), int(down * (image.height - 1)))
    found = image.getpixel(spot)
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_becomes_our_own_copy(form: str) -> None:
    copy = make_own_copy(picture(form=form))

    assert (copy.width, copy.height) == (400, 300)
    assert copy.media_type == "image/jpeg"
    assert colour_at(copy, 1, 0) == pytest.approx((255, 0, 0), abs=30)


def test_a_telephones_heic_is_taken() -> None:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(picture()))).save(buffer, quality=90)

    copy = make_own_copy(buffer.getvalue())

    assert (copy.width, copy.height) == (400, 300)


def test_a_photo_lying_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = UPRIGHT_BY_TURNING

    copy = make_own_copy(picture(form="JPEG", exif=exif))

    assert (copy.width, copy.height) == (300, 400)
    assert not opened(copy).getexif()


def test_transparency_is_kept_and_opaque_alpha_is_not() -> None:
    clear = Image.open(io.BytesIO(picture(mode="RGBA")))
    clear.putalpha(100)

    assert make_own_copy(encoded(clear, "PNG")).media_type == "image/png"
    assert make_own_copy(picture(mode="RGBA")).media_type == "image/jpeg"


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA"])
def test_grey_and_palette_pictures_become_colour(mode: str) -> None:
    copy = make_own_copy(picture(mode=mode))

    assert opened(copy).mode in {"RGB", "RGBA"}


def test_sixteen_bits_are_rounded_to_eight() -> None:
    grey = Image.fromarray(np.full((40, 40), 0x8080, np.uint16))

    copy = make_own_copy(encoded(grey, "PNG"))

    assert colour_at(copy, 0.5, 0.5) == pytest.approx((128, 128, 128), abs=2)


def test_cmyk_is_converted_and_said_so() -> None:
    copy = make_own_copy(picture(mode="CMYK", form="JPEG"))

    assert copy.converted_from == "CMYK"
    assert opened(copy).mode == "RGB"


def test_a_profile_is_applied_and_taken_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    copy = make_own_copy(picture(form="JPEG", icc_profile=lab))

    assert copy.converted_from
    assert "icc_profile" not in opened(copy).info


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (60, 60), shade) for shade in ("#ff0000", "#00ff00", "#0000ff")]

    copy = make_own_copy(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert (copy.width, copy.height) == (60, 60)
    assert colour_at(copy, 0.5, 0.5) == pytest.approx((255, 0, 0), abs=4)


def test_a_huge_photo_is_scaled_to_what_can_be_printed() -> None:
    copy = make_own_copy(encoded(Image.new("RGB", (9000, 3000), "#336699"), "JPEG"))

    assert (copy.width, copy.height) == (6000, 2000)


def test_one_pixel_is_a_picture() -> None:
    assert make_own_copy(picture(1, 1)).width == 1


BAD = {
    "empty": (b"", "the file is empty"),
    "text": (b"hello there", "no picture we know"),
    "svg": (b"<?xml version='1.0'?><svg><image href='http://127.0.0.1/'/></svg>", "a SVG file"),
    "pdf": (b"%PDF-1.7 ...", "a PDF file"),
    "postscript named jpg": (b"%!PS-Adobe-3.0 EPSF-3.0", "a PostScript file"),
    "tiff": (picture(form="TIFF"), "a TIFF file"),
    "bmp": (picture(form="BMP"), "a BMP file"),
    "web page": (b"<!DOCTYPE html><html>sign in</html>", "a web page file"),
    "zip": (b"PK\x03\x04....", "a ZIP archive file"),
    "half a jpeg": (picture(form="JPEG")[: len(picture(form="JPEG")) // 2], "cut off"),
    "half a png": (picture(form="PNG")[: len(picture(form="PNG")) // 2], "ask the shopper"),
    "half a webp": (picture(form="WEBP")[: len(picture(form="WEBP")) // 2], "ask the shopper"),
    "header only": (picture(form="JPEG")[:20], "ask the shopper"),
    "50,000 by 50,000": (bomb(50_000, 50_000), "megapixels can be taken"),
    "a bomb within the sides": (bomb(19_000, 19_000), "megapixels can be taken"),
    "bad checksum": (picture()[:60] + b"\x00\x01\x02" + picture()[63:], "ask the shopper"),
    "half a heic": (b"\x00\x00\x00\x18ftypheic" + bytes(200), "HEIC picture is damaged"),
}


@pytest.mark.parametrize("content", [content for content, _ in BAD.values()], ids=list(BAD))
def test_what_cannot_be_printed_is_refused_with_a_reason(content: bytes) -> None:
    expected = next(reason for known, reason in BAD.values() if known is content)

    with pytest.raises(Unusable) as refusal:
        make_own_copy(content)

    assert expected in str(refusal.value)
