"""What an order costs the merchant: pieces by plan, and shipping by destination."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from deploy.sandbox.completeful import catalog
from deploy.sandbox.completeful.asked import OrderCreateRequest
from deploy.sandbox.completeful.problems import Problem
from deploy.sandbox.records import Document

DELIVERY_DAYS = {True: [3, 6], False: [7, 18]}
PRODUCTION_DAYS = [1, 3]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order whose product, variant and print locations are known."""

    product: Document
    variant: Document
    quantity: int
    unit_price: Decimal
    files: tuple[tuple[Document, str], ...]
    """Each print location with the address of its artwork."""


def read_lines(order: OrderCreateRequest, plan: str) -> list[Line]:
    """Find what each line means in the catalog, or refuse the first that means nothing."""
    return [_read_line(order, index, plan) for index in range(len(order.line_items))]


def subtotal_of(lines: Sequence[Line]) -> Decimal:
    """Add the pieces up."""
    return sum((line.unit_price * line.quantity for line in lines), Decimal(0))


def shipping_of(lines: Sequence[Line], country: str) -> Decimal:
    """Price the parcel: the dearest first item, and every other piece as an additional one."""
    zone = "domestic" if country == "US" else "international"
    rates = [(line.product["shipping"][zone], line.quantity) for line in lines]
    first, _ = max(rates, key=lambda rate: rate[0]["first_item"])
    added = sum(
        (Decimal(str(rate["additional_item"])) * quantity for rate, quantity in rates), Decimal(0)
    )
    return Decimal(str(first["first_item"])) - Decimal(str(first["additional_item"])) + added


def quote(order: OrderCreateRequest, lines: Sequence[Line]) -> Document:
    """Quote an order as it would be charged."""
    country = order.shipping_address.country.upper()
    subtotal, shipping = subtotal_of(lines), shipping_of(lines, country)
    method = {
        "code": "standard",
        "label": "Standard",
        "cost": float(shipping),
        "estimated_delivery_days": DELIVERY_DAYS[country == "US"],
    }
    return {
        "line_items": [
            {
                "line_index": index,
                "quantity": line.quantity,
                "unit_price": float(line.unit_price),
                "line_total": float(line.unit_price * line.quantity),
                "catalog_product_id": line.product["id"],
                "store_product_id": None,
                "title": line.product["name"],
            }
            for index, line in enumerate(lines)
        ],
        "shipping_methods": [method],
        "selected_method": method,
        "estimated_production_days": PRODUCTION_DAYS,
        "subtotal": float(subtotal),
        "shipping_total": float(shipping),
        "tax_total": 0.0,
        "discount_total": 0.0,
        "total_partner_cost": float(subtotal + shipping),
        "currency": "USD",
    }


def _read_line(order: OrderCreateRequest, index: int, plan: str) -> Line:
    line, place = order.line_items[index], f"line_items[{index}]"
    product = catalog.find_product(str(line.catalog_product_id))
    if product is None:
        raise _unknown(f"{place}.catalog_product_id", "catalog product")
    variant = catalog.find_variant(product, str(line.variant_id))
    if variant is None:
        raise _unknown(f"{place}.variant_id", "variant of this product")
    files: list[tuple[Document, str]] = []
    for number, file in enumerate(line.print_files):
        field = f"{place}.print_files[{number}].print_location_id"
        location = catalog.find_location(product, str(file.print_location_id))
        if location is None:
            raise _unknown(field, "print location of this product")
        if any(location["id"] == other["id"] for other, _ in files):
            error = "A print location may appear only once in a line"
            raise Problem(422, "duplicate_print_location", error, field=field)
        files.append((location, file.url))
    price = catalog.cost_of(variant, plan)
    return Line(product, variant, line.quantity, price, tuple(files))


def _unknown(field: str, what: str) -> Problem:
    remediation = "Take the id from GET /v1/catalog/products?include=variants,print_locations."
    return Problem(422, "unknown_id", f"No such {what}", field=field, remediation=remediation)
