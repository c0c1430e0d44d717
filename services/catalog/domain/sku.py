"""SKUs that nobody had to think of: readable, and unique in their shop."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

LENGTH_MAX = 48


def automatic_sku(product_id: str, title: str, variant_id: str, taken: Collection[str]) -> str:
    """Make a SKU such as `ADVENTURE-TEE-BLACK-M`; a number is added where it is taken."""
    wanted = "-".join(part for part in (slug(product_id), slug(title) or slug(variant_id)) if part)
    base = wanted[:LENGTH_MAX].strip("-") or "SKU"
    if base not in taken:
        return base
    return next(sku for number in count(2) if (sku := f"{base}-{number}") not in taken)


def slug(text: str) -> str:
    """Write a text in capital letters, digits and hyphens; empty when nothing of it is Latin."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "-", plain.upper()).strip("-")
