"""The one door through which picture bytes come: few formats, with limits, never half a picture."""

import pyvips

from services.printfile.renderer.refusals import Unusable

PIXELS_MAX = 80_000_000
SIDE_MAX = 20_000
LOADERS = ("Jpeg", "Png", "Webp", "Nsgif", "Heif")
# Answered from the picture's own bytes; its name and its content type may lie.
_KINDS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"8BPS", "Photoshop"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_TEXT_START = 2_000
PRINTABLE = frozenset({"JPEG", "PNG", "WebP", "GIF", "HEIC", "AVIF"})


def close_loaders() -> None:
    """Forbid every loader of libvips but the few we need: the others were never hardened."""
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    for name in LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{name}", state=False)
    pyvips.cache_set_max(0)


def kind_of(content: bytes) -> str:
    """Tell what a file is by its first bytes; an empty word for what is unknown."""
    for start, kind in _KINDS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "AVIF" if brand in {b"avif", b"avis"} else "HEIC" if brand in _HEIC_BRANDS else ""
    start_of_text = content[:_TEXT_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start_of_text:
        return "SVG"
    return "web page" if start_of_text.startswith((b"<!doctype html", b"<html")) else ""


def check_kind(content: bytes) -> str:
    """Give the kind of a picture that can be printed; raises Unusable for any other file."""
    if not content:
        raise Unusable("the file is empty: ask for the picture again")
    kind = kind_of(content)
    if kind not in PRINTABLE:
        named = f"a {kind} file" if kind else "no picture we know"
        raise Unusable(f"the file is {named}: ask for a JPEG, PNG, WebP or HEIC picture")
    return kind


def check_size(width: int, height: int) -> None:
    """Refuse what would take minutes and gigabytes to open, by its header alone."""
    if width > SIDE_MAX or height > SIDE_MAX or width * height > PIXELS_MAX:
        raise Unusable(
            f"the picture has {width} × {height} pixels; "
            f"at most {PIXELS_MAX // 1_000_000} megapixels can be taken"
        )


def in_plain_words(error: pyvips.Error) -> str:
    """Turn what the decoder said into what a person can do about it."""
    said = str(error).lower()
    if "bad dimensions" in said:
        return f"the picture is larger than can be taken: a side has at most {SIDE_MAX} pixels"
    if "out of memory" in said:
        return "the picture takes too much memory to open: ask the shopper for a smaller one"
    if any(word in said for word in ("premature", "truncat", "end of", "not enough data")):
        return "the picture is cut off before its end: ask the shopper to upload it again"
    return "the picture is damaged and cannot be opened: ask the shopper to upload it again"
