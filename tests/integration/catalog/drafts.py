"""Products as a merchant asks for them: a test names only what is remarkable."""

import struct
import zlib
from hashlib import sha256
from typing import Any

from tests.support.events import SHOP


def template(**changes: Any) -> dict[str, Any]:
    """Write the template of a T-shirt with a name on it."""
    return {
        "format": 1,
        "name": "Adventure",
        "fields": [{"name": "name", "property": "Name", "required": True}],
        "locations": [side()],
    } | changes


def side(**changes: Any) -> dict[str, Any]:
    """Write a print location with one line of text."""
    return {
        "id": "front",
        "width": 4500,
        "height": 5400,
        "dpi": 300,
        "layers": [text()],
    } | changes


def text(**changes: Any) -> dict[str, Any]:
    """Write the layer that shows the shopper's name."""
    return {
        "id": "name",
        "kind": "text",
        "content": "{name}",
        "place": {"x": 300, "y": 300, "width": 3900, "height": 900},
        "font": {"family": "Oswald"},
        "size": {"min": 40, "max": 800},
    } | changes


def art(asset: str) -> dict[str, Any]:
    """Write the layer that shows an artwork."""
    return {"id": "art", "kind": "image", "asset": asset, "box": {"width": 900, "height": 900}}


def location(**changes: Any) -> dict[str, Any]:
    """Write what the provider wants on the front."""
    return {
        "print_location": "front",
        "provider_location_id": "cp-front",
        "width_px": 4500,
        "height_px": 5400,
        "dpi": 300,
    } | changes


def variant(**changes: Any) -> dict[str, Any]:
    """Write a black T-shirt, medium, without a SKU."""
    return {
        "variant_id": "black-m",
        "storefront_variant_id": "9001",
        "title": "Black / M",
        "provider_variant_id": "cpv-tee-black-m",
    } | changes


def draft(**changes: Any) -> dict[str, Any]:
    """Write a personalized T-shirt in one variant."""
    return {
        "shop": SHOP,
        "title": "Adventure tee",
        "is_personalized": True,
        "template": template(),
        "provider_product_id": "cp-tee",
        "print_locations": [location()],
        "variants": [variant()],
    } | changes


def picture(*, width: int = 2, height: int = 1) -> tuple[str, bytes]:
    """Draw a small PNG and give it with its hash."""
    rows = (b"\x00" + bytes(4 * width)) * height
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
    return sha256(content).hexdigest(), content
