"""Whatever shoppers type and upload: a clear reason on their order, and the next one is made."""

from deploy.seed.products import Seed
from services.printfile.app import build_app
from services.printfile.settings import Settings
from shared.events import Event, PrintFileFailed, PrintFileReady
from tests.integration.printfile.test_making import TEE, answers, order, published
from tests.support.broken import (
    Answer,
    animated,
    bomb,
    drips,
    floods,
    gives,
    half,
    heic,
    leads_to,
    serving,
    sixteen_bits,
    text_bomb,
)
from tests.support.events import line_item, order_id
from tests.support.printing import NAME, PHOTO, photo, picture, template, text
from tests.support.service import driving

SVG = b"<?xml version='1.0'?><svg><image href='http://127.0.0.1/x.png'/></svg>"
REFUSED_PHOTOS: dict[str, tuple[Answer, str, str]] = {
    "truncated": (gives(half(picture(form="JPEG"))), "photo_unusable", "cut off"),
    "truncated-png": (gives(half(picture())), "photo_unusable", "ask the shopper"),
    "empty": (gives(b""), "photo_unusable", "the file is empty"),
    "mislabelled": (
        gives(b"<!doctype html><html>sign in</html>", head="200 OK\r\nContent-Type: image/jpeg"),
        "photo_unusable",
        "a web page file",
    ),
    "50000-by-50000": (gives(bomb(50_000, 50_000)), "photo_unusable", "megapixels can be taken"),
    "zip-bomb": (gives(bomb(19_000, 19_000)), "photo_unusable", "megapixels can be taken"),
    "svg": (gives(SVG), "photo_unusable", "a SVG file"),
    "pdf": (gives(b"%PDF-1.7"), "photo_unusable", "a PDF file"),
    "gone": (gives(b"", head="404 Not Found"), "photo_unavailable", "HTTP 404"),
    "leads-inside": (leads_to("https://169.254.169.254/"), "photo_unavailable", "not public"),
    "leads-to-a-file": (leads_to("file:///etc/passwd"), "photo_unavailable", "not the address"),
    "100-mb": (
        gives(b"", head="200 OK\r\nContent-Length: 100000000"),
        "photo_unavailable",
        "larger than 2 MB",
    ),
    "endless": (floods, "photo_unavailable", "larger than 2 MB"),
    "endless-and-slow": (drips, "photo_unavailable", "did not arrive within 2 seconds"),
}
PRIVATE = {
    "https://10.0.0.8/photo.jpg": "not public",
    "https://[::1]/photo.jpg": "not public",
    "http://example.com/photo.jpg": "not https",
}
TAKEN_PHOTOS: dict[str, bytes] = {
    "one-pixel": picture(1, 1),
    "cmyk": picture(mode="CMYK", form="JPEG"),
    "animated": animated(),
    "heic": heic(),
    "avif": picture(form="AVIF"),
    "sixteen-bits": sixteen_bits(),
    "grey": picture(mode="L", form="JPEG"),
    "alpha": picture(mode="LA"),
    "comment-of-300-mb": text_bomb(),
}
REFUSED_TEXTS = {
    "too-long": ("x" * 61, "invalid_personalization", "at most 60 are allowed"),
    "endless": ("x" * 100_000, "invalid_personalization", "longer than 10000 characters"),
    "only-spaces": (" \u2003\t\u200b", "missing_personalization", "none of the answers"),
    "marks": ("a" + "\u0301" * 10_000, "invalid_personalization", "combining marks"),
}
TAKEN_TEXTS = {"only-emoji": "\U0001f984\U0001f389", "controls": "A\x07d\u202ea"}


async def made_of(
    settings: Settings, seed: Seed, answered: dict[str, tuple[str, str]]
) -> dict[str, Event]:
    """Order one of each with these answers, all at once, and give what was said of each."""
    document = template(text(), photo(), fields=(NAME, PHOTO)).model_dump(
        mode="json", exclude_none=True
    )
    limits = {"photo_seconds_max": 2, "photo_bytes_max": 2_000_000, "processes": 2}
    async with driving(build_app(settings.model_copy(update=limits))) as printfile:
        await printfile.hears(published(seed, TEE, template=document))
        for number, (name, address) in answered.items():
            said = answers(Name=name, **({"Photo": address} if address else {}))
            item = line_item(storefront_variant_id="9107", properties=said)
            await printfile.hears(order(item, number))
        await printfile.does_all("make")
        events = {event.key: event for event in await printfile.says()}
    return {number: events[order_id(number)] for number in answered}


def reasons(said: dict[str, Event]) -> dict[str, tuple[str, str]]:
    """Give the code and the reason of each that failed; a file that was made has none."""
    return {
        number: (event.code, event.reason) if isinstance(event, PrintFileFailed) else ("", "")
        for number, event in said.items()
    }


def findings(event: Event) -> set[str]:
    assert isinstance(event, PrintFileReady), event
    return {found.code for found in event.findings}


async def test_a_photo_that_cannot_be_used_ends_as_its_own_reason(
    settings: Settings, seed: Seed
) -> None:
    good = {"good.jpg": gives(picture(form="JPEG"))}
    pages = good | {name: page for name, (page, _, _) in REFUSED_PHOTOS.items()}
    async with serving(pages) as host:
        asked = {name: ("Ada", f"{host}/{name}") for name in pages}
        asked |= {address: ("Ada", address) for address in PRIVATE}
        told = reasons(await made_of(settings, seed, asked | {"last": ("Ada", f"{host}/good.jpg")}))

    expected = {name: (code, reason) for name, (_, code, reason) in REFUSED_PHOTOS.items()}
    expected |= {address: ("photo_unavailable", reason) for address, reason in PRIVATE.items()}
    assert {name: told[name][0] for name in expected} == {
        name: code for name, (code, _) in expected.items()
    }
    assert [name for name, (_, reason) in expected.items() if reason not in told[name][1]] == []
    assert told["good.jpg"] == told["last"] == ("", "")


async def test_an_unusual_photo_is_taken_and_what_is_odd_is_told(
    settings: Settings, seed: Seed
) -> None:
    pages = {name: gives(content) for name, content in TAKEN_PHOTOS.items()}
    async with serving(pages) as host:
        said = await made_of(settings, seed, {name: ("Ada", f"{host}/{name}") for name in pages})

    assert {name for name, (code, _) in reasons(said).items() if code} == set()
    assert "resolution_too_low" in findings(said["one-pixel"])
    assert "colour_converted" in findings(said["cmyk"])


async def test_what_a_shopper_types_is_printed_or_told(settings: Settings, seed: Seed) -> None:
    asked = {name: (words, "") for name, (words, _, _) in REFUSED_TEXTS.items()}
    asked |= {name: (words, "") for name, words in TAKEN_TEXTS.items()}

    said = await made_of(settings, seed, asked)

    told = reasons(said)
    for name, (_, code, reason) in REFUSED_TEXTS.items():
        assert told[name][0] == code, name
        assert reason in told[name][1]
    assert "glyph_missing" not in findings(said["only-emoji"])
    assert "answer_cleaned" in findings(said["controls"])
