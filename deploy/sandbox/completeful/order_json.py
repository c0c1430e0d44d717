"""An order as the Partner API shows it; what is not published here is our guess."""

import uuid
from collections.abc import Sequence

from deploy.sandbox.completeful.asked import OrderCreateRequest
from deploy.sandbox.completeful.pricing import Line, shipping_of, subtotal_of
from deploy.sandbox.records import Document


def order_json(
    asked: OrderCreateRequest, lines: Sequence[Line], *, shop_id: str, number: int, now: str
) -> Document:
    """Write out an order that has just been taken."""
    subtotal = subtotal_of(lines)
    shipping = shipping_of(lines, asked.shipping_address.country.upper())
    address = asked.shipping_address.model_dump()
    billing = asked.billing_address.model_dump() if asked.billing_address else address
    return {
        "id": str(uuid.uuid4()),
        "shop_id": shop_id,
        "external_order_id": asked.external_order_id,
        "order_number": f"CF-{number}",
        "status": "Pending",
        "payment_status": "pending",
        "billing_status": "pending",
        "import_status": "processed",
        "import_processed_at": now,
        "fulfillment_status": "unfulfilled",
        "refund_status": "none",
        "currency": asked.currency,
        "subtotal": float(subtotal),
        "tax_total": 0.0,
        "shipping_total": float(shipping),
        "shipping_method": "standard",
        "shipping_service": None,
        "discount_total": 0.0,
        "total": float(subtotal + shipping),
        "shipping_address": address,
        "billing_address": billing,
        "tracking": [],
        "flags": [],
        "created_at": now,
        "updated_at": now,
        "line_items": [_line(line) for line in lines],
    }


def _line(line: Line) -> Document:
    return {
        "id": str(uuid.uuid4()),
        "store_product_id": None,
        "title": line.product["name"],
        "variant_title": line.variant["title"],
        "variant_value": line.variant["title"],
        "sku": line.variant["sku"],
        "price": float(line.unit_price),
        "quantity": line.quantity,
        "total": float(line.unit_price * line.quantity),
        "fulfillment_status": "unfulfilled",
        "properties": {
            "has_personalization": False,
            "print_location_ids": [location["id"] for location, _ in line.files],
        },
        "internal_unit_cost": float(line.unit_price),
        "pricing_source": "catalog",
        "pricing_policy_version": 1,
        "canonical_tuple": None,
    }
