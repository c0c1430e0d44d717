"""Placing an approved order: what is sent, and under which key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from services.fulfillment.domain.addresses import provider_address
from services.fulfillment.domain.claims import PlacementClaim
from shared.events import ApprovedItem, OrderApproved, ProductPublished

KEY_KEPT = timedelta(hours=20)
"""Completeful remembers an Idempotency-Key for 24 hours; ours is reused only well within that."""

KEY_DIGITS = 32

PASSING_CODES = frozenset({"print_file_unreachable"})
"""Refusals that may pass by themselves; they become final only after a while and some attempts."""

PASSING_FAILURES_MAX = 5


class NotYetKnown(Exception):
    """The order names something of a product that we have not heard of, or not yet."""


@dataclass(frozen=True, slots=True)
class Product:
    """What we know of a product: what the provider calls it, its variants and locations."""

    product_id: str
    revision: int
    provider: str
    provider_product_id: str
    variants: Mapping[str, str]
    print_locations: Mapping[str, str]

    @classmethod
    def published_by(cls, event: ProductPublished) -> "Product":
        """Keep of a product what placing needs."""
        return cls(
            product_id=event.product_id,
            revision=event.revision,
            provider=event.provider,
            provider_product_id=event.provider_product_id,
            variants={each.variant_id: each.provider_variant_id for each in event.variants},
            print_locations={
                each.print_location: each.provider_location_id for each in event.print_locations
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(PlacementClaim):
    """An approved order on its way to the provider, as this attempt took it.

    `is_unsure` says that an earlier attempt may have placed it already, and `rested` how long ago
    the last one began. URLs are signed by `signed_at`: the same time makes the same URLs and so the
    same body, sent under the same key.
    """

    approval: int
    approved: OrderApproved
    is_unsure: bool
    waited: timedelta
    rested: timedelta
    signed_at: datetime

    def key_of(self, body: bytes) -> str:
        """Name the wish to have this body made: the same in every attempt, another for another."""
        return f"{self.order_id}.{self.approval}.{sha256(body).hexdigest()[:KEY_DIGITS]}"


def order_request(
    approved: OrderApproved,
    products: Mapping[str, Product],
    url_of: Callable[[str], str],
    *,
    line_max: int,
) -> bytes:
    """Write the body of the order as the provider takes it.

    Raises NotYetKnown for a product we have not heard of, Unmailable for the address.
    """
    body: dict[str, Any] = {
        "external_order_id": approved.order_id,
        "shipping_address": provider_address(
            approved.shipping_address, approved.shopper, line_max=line_max
        ),
        "currency": "USD",
        "shipping_method": "standard",
        "line_items": [line_request(item, products, url_of) for item in approved.items],
    }
    if approved.shopper.email:
        body["email"] = approved.shopper.email
    return to_json(body)


def line_request(
    item: ApprovedItem, products: Mapping[str, Product], url_of: Callable[[str], str]
) -> dict[str, Any]:
    """Write one line; the provider gives it its own id, so its place is what ties it to us."""
    product = products.get(item.product_id)
    if product is None:
        raise NotYetKnown(f"product {item.product_id} is not published")
    variant = product.variants.get(item.variant_id)
    if variant is None:
        raise NotYetKnown(f"variant {item.variant_id} of product {item.product_id} is not known")
    unknown = [
        file.print_location
        for file in item.files
        if file.print_location not in product.print_locations
    ]
    if unknown:
        raise NotYetKnown(f"product {item.product_id} has no print location {', '.join(unknown)}")
    return {
        "quantity": item.quantity,
        "catalog_product_id": product.provider_product_id,
        "variant_id": variant,
        "print_files": [
            {
                "print_location_id": product.print_locations[file.print_location],
                "url": url_of(file.key),
            }
            for file in item.files
        ],
    }


def product_ids(items: Sequence[ApprovedItem]) -> list[str]:
    """Give the products that the items are of."""
    return sorted({item.product_id for item in items})
