"""Values that events carry, and what all builders share."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.events import Address, ApprovedItem, LineItem, Money, PrintFile, Property, Shopper

SHOP = "sandbox.myshopify.com"
MOMENT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
SHOPPER = Shopper(name="Ada Lovelace", email="ada@example.com")
ADDRESS = Address(
    name="Ada Lovelace",
    line1="12 Analytical Way",
    city="Austin",
    region="TX",
    postal_code="78701",
    country="US",
)


def order_id(number: str = "1001") -> str:
    """Give the id that ingest gives to the order of this number."""
    return str(uuid5(NAMESPACE_URL, f"https://{SHOP}/orders/{number}"))


def line_item(**changes: Any) -> LineItem:
    """Build one personalized T-shirt."""
    values: dict[str, Any] = {
        "line_item_id": "7001",
        "storefront_product_id": "8001",
        "storefront_variant_id": "9001",
        "sku": "TEE-BLACK-M",
        "title": "Adventure tee",
        "quantity": 1,
        "price": Money(minor=2900, currency="USD"),
        "properties": (Property(name="Name", value="Ada"),),
    }
    return LineItem(**values | changes)


def print_file(**changes: Any) -> PrintFile:
    """Build a T-shirt's front."""
    sha256 = changes.pop("sha256", "a" * 64)
    values: dict[str, Any] = {
        "print_location": "front",
        "key": f"prints/{sha256}.png",
        "sha256": sha256,
        "size_bytes": 20_000_000,
        "width_px": 4500,
        "height_px": 5400,
        "dpi": 300,
    }
    return PrintFile(**values | changes)


def approved_item(**changes: Any) -> ApprovedItem:
    """Build the T-shirt as it was approved."""
    values: dict[str, Any] = {
        "line_item_id": "7001",
        "product_id": "adventure-tee",
        "variant_id": "black-m",
        "title": "Adventure tee",
        "quantity": 1,
        "files": (print_file(),),
    }
    return ApprovedItem(**values | changes)


def dollars(cents: int) -> Money:
    """Build an amount."""
    return Money(minor=cents, currency="USD")
