"""Builders of what is sold."""

from typing import Any

from shared.events import PrintLocation, ProductPublished, Variant
from tests.support.events.values import SHOP


def product_published(product_id: str = "adventure-tee", **changes: Any) -> ProductPublished:
    """Build a personalized T-shirt in one variant."""
    values: dict[str, Any] = {
        "product_id": product_id,
        "revision": 1,
        "shop": SHOP,
        "title": "Adventure tee",
        "is_personalized": True,
        "template": {},
        "template_version": 1,
        "provider": "completeful",
        "provider_product_id": "cp-tee",
        "print_locations": (
            PrintLocation(
                print_location="front",
                provider_location_id="front",
                width_px=4500,
                height_px=5400,
                dpi=300,
            ),
        ),
        "variants": (
            Variant(
                variant_id="black-m",
                storefront_variant_id="9001",
                sku="TEE-BLACK-M",
                title="Black / M",
                provider_variant_id="cpv-tee-black-m",
            ),
        ),
    }
    return ProductPublished(**values | changes)
