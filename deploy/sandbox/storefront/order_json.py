"""An order as Shopify's REST resource shows it, which is also the body of its webhooks."""

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from deploy.sandbox.records import Document
from deploy.sandbox.storefront.purchases import Line, Product, Purchase, Variant
from deploy.sandbox.storefront.shoppers import random_address

CURRENCY = "USD"
SHIPPING = Decimal("5.90")
TAX_RATE = Decimal("0.07")
CENT = Decimal("0.01")

Sold = Mapping[int, tuple[Product, Variant]]


def order_json(
    purchase: Purchase, sold: Sold, *, number: int, now: datetime, next_id: Callable[[], int]
) -> Document:
    """Write out an order that has just been placed."""
    chance = random.Random(purchase.seed if purchase.seed is not None else number)
    shopper = random_address(chance)
    lines = [_line(line, sold, next_id()) for line in purchase.line_items]
    parcel = any(line["requires_shipping"] for line in lines)
    address = purchase.shipping_address
    shipping_address = shopper | address if parcel and address is not None else None
    email = purchase.email or f"shopper{number}@example.com"
    stamp = now.isoformat(timespec="seconds")
    return {
        **_names(next_id(), number),
        "app_id": 580111,
        "token": uuid.UUID(int=chance.getrandbits(128)).hex,
        **dict.fromkeys(("created_at", "processed_at", "updated_at"), stamp),
        **dict.fromkeys(("closed_at", "cancelled_at", "cancel_reason")),
        "confirmed": True,
        "test": purchase.test,
        "source_name": "web",
        **dict.fromkeys(("currency", "presentment_currency"), CURRENCY),
        **dict.fromkeys(("email", "contact_email"), email),
        "phone": None,
        "note": purchase.note,
        "note_attributes": [],
        "tags": "",
        "financial_status": "pending",
        "fulfillment_status": None,
        "fulfillments": [],
        "refunds": [],
        "customer": _customer(shipping_address or shopper, email, stamp, next_id()),
        "billing_address": shipping_address or shopper,
        "shipping_address": shipping_address,
        "line_items": lines,
        **_money(lines, shipping=SHIPPING if parcel else Decimal(0), line_id=next_id()),
    }


def _names(order_id: int, number: int) -> Document:
    return {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{number}",
        "number": number - 1000,
        "order_number": number,
    }


def _line(line: Line, sold: Sold, line_id: int) -> Document:
    product, variant = sold.get(line.variant_id or 0, (None, None))
    title = line.title or (product.title if product else "Something else")
    price = line.price if line.price is not None else (variant.price if variant else Decimal(10))
    variant_title = variant.title if variant else None
    return {
        "id": line_id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line_id}",
        "product_id": product.product_id if product else None,
        "product_exists": product is not None,
        "variant_id": line.variant_id,
        "variant_title": variant_title,
        "title": title,
        "name": f"{title} - {variant_title}" if variant_title else title,
        "sku": line.sku if line.sku is not None else (variant.sku if variant else ""),
        "vendor": product.vendor if product else None,
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "fulfillable_quantity": line.quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "requires_shipping": product.requires_shipping if product else True,
        "gift_card": False,
        "taxable": True,
        "grams": 0,
        "price": _text(price),
        "price_set": money_set(price),
        "total_discount": "0.00",
        "total_discount_set": money_set(Decimal(0)),
        "discount_allocations": [],
        "duties": [],
        "tax_lines": [_tax(price * line.quantity)],
        "properties": [{"name": each.name, "value": each.value} for each in line.properties],
    }


def _money(lines: list[Document], *, shipping: Decimal, line_id: int) -> Document:
    """Add the order up; taxes come on top, and nothing is discounted."""
    subtotal = sum((Decimal(line["price"]) * line["quantity"] for line in lines), Decimal(0))
    tax = sum((Decimal(line["tax_lines"][0]["price"]) for line in lines), Decimal(0))
    amounts = {
        "subtotal_price": subtotal,
        "total_line_items_price": subtotal,
        "total_discounts": Decimal(0),
        "total_tax": tax,
        "total_price": subtotal + tax + shipping,
        "current_subtotal_price": subtotal,
        "current_total_price": subtotal + tax + shipping,
    }
    shipping_line = {
        "id": line_id,
        "title": "Standard",
        "code": "Standard",
        "source": "shopify",
        "price": _text(shipping),
        "price_set": money_set(shipping),
        "discounted_price": _text(shipping),
        "discount_allocations": [],
        "tax_lines": [],
    }
    return {
        **{name: _text(amount) for name, amount in amounts.items()},
        **{f"{name}_set": money_set(amount) for name, amount in amounts.items()},
        "total_shipping_price_set": money_set(shipping),
        "taxes_included": False,
        "tax_lines": [_tax(subtotal)],
        "discount_codes": [],
        "discount_applications": [],
        "shipping_lines": [shipping_line] if shipping else [],
    }


def _customer(address: Document, email: str, stamp: str, customer_id: int) -> Document:
    return {
        "id": customer_id,
        "admin_graphql_api_id": f"gid://shopify/Customer/{customer_id}",
        "email": email,
        "first_name": address.get("first_name"),
        "last_name": address.get("last_name"),
        "phone": address.get("phone"),
        "created_at": stamp,
        "updated_at": stamp,
        "state": "disabled",
        "verified_email": True,
        "note": None,
        "tags": "",
        "currency": CURRENCY,
    }


def _tax(base: Decimal) -> Document:
    tax = (base * TAX_RATE).quantize(CENT)
    return {
        "title": "State Tax",
        "rate": float(TAX_RATE),
        "price": _text(tax),
        "price_set": money_set(tax),
    }


def money_set(amount: Decimal) -> Document:
    """Write an amount as Shopify does in `…_set` fields."""
    money = {"amount": _text(amount), "currency_code": CURRENCY}
    return {"shop_money": money, "presentment_money": dict(money)}


def _text(amount: Decimal) -> str:
    return str(amount.quantize(CENT))
