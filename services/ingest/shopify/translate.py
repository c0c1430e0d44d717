"""From Shopify's words to ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.ingest.domain import Delivery, order_id_of
from services.ingest.shopify.models import (
    ShopifyAddress,
    ShopifyLineItem,
    ShopifyOrder,
    ShopifyPerson,
    ShopifyProperty,
    text,
)
from shared.events import Money, OrderCancelled, OrderReceived

Fields = dict[str, Any]
"""The fields of a part of an event, which the event's own class checks, all at once."""

DIGITS_MAX = 15

PAID = frozenset({"paid", "partially_refunded"})


def as_order(shop: str, found: ShopifyOrder) -> OrderReceived:
    """Say the order in our words; raises ValueError when the event's contract refuses it."""
    return OrderReceived.model_validate(
        {
            "order_id": order_id_of(shop, str(found.id)),
            "shop": shop,
            "storefront_order_id": str(found.id),
            "order_number": text(found.name) or f"#{found.id}",
            "placed_at": found.created_at,
            "changed_at": found.updated_at,
            "shopper": as_shopper(found),
            "shipping_address": as_address(found.shipping_address),
            "items": tuple([as_line_item(item, found.currency) for item in found.line_items]),
            "total": as_money(found.total_price, found.currency),
            "is_paid": found.financial_status in PAID,
        }
    )


def as_cancellation(delivery: Delivery, found: ShopifyOrder) -> OrderCancelled | None:
    """Say that the order was cancelled, if it was."""
    at: datetime | None = found.cancelled_at
    if delivery.topic == "orders/cancelled":
        at = at or found.updated_at
    if at is None:
        return None
    return OrderCancelled(
        order_id=order_id_of(delivery.shop, str(found.id)),
        shop=delivery.shop,
        storefront_order_id=str(found.id),
        cancelled_at=at,
        reason=text(found.cancel_reason),
    )


def as_shopper(found: ShopifyOrder) -> Fields:
    """Say who ordered; the address knows the name when the store hides the customer."""
    person = found.customer or ShopifyPerson()
    name = full_name(person)
    if not name and found.shipping_address is not None:
        name = text(found.shipping_address.name)
    return {
        "name": name,
        "email": text(found.email or person.email),
        "phone": text(found.phone or person.phone),
    }


def as_address(found: ShopifyAddress | None) -> Fields | None:
    """Say where the order goes; None when the store hides it or it names no country."""
    if found is None or len(text(found.country_code)) != 2:  # noqa: PLR2004 - ISO 3166-1 alpha-2
        return None
    return {
        "name": text(found.name) or full_name(found),
        "company": text(found.company),
        "line1": text(found.address1),
        "line2": text(found.address2),
        "city": text(found.city),
        "region": text(found.province_code or found.province),
        "postal_code": text(found.zip),
        "country": text(found.country_code),
        "phone": text(found.phone),
    }


def full_name(found: ShopifyPerson | ShopifyAddress) -> str:
    """Say a name that the store has in two parts."""
    return f"{text(found.first_name)} {text(found.last_name)}".strip()


def as_line_item(found: ShopifyLineItem, currency: str) -> Fields:
    """Say one line; a line that was removed since has a quantity of nought."""
    current = found.current_quantity
    return {
        "line_item_id": str(found.id),
        "storefront_product_id": str(found.product_id) if found.product_id else None,
        "storefront_variant_id": str(found.variant_id) if found.variant_id else None,
        "sku": text(found.sku) or None,
        "title": text(found.title),
        "variant_title": text(found.variant_title),
        "quantity": found.quantity if current is None else current,
        "requires_shipping": found.requires_shipping,
        "price": as_money(found.price, currency),
        "properties": as_properties(found.properties),
    }


def as_properties(
    found: Sequence[ShopifyProperty] | Mapping[str, Any] | None,
) -> tuple[Fields, ...]:
    """Say the shopper's answers in their order."""
    pairs = (
        found.items()
        if isinstance(found, Mapping)
        else [(answer.name, answer.value) for answer in found or ()]
    )
    return tuple([{"name": text(name), "value": text(value)} for name, value in pairs])


def as_money(amount: Decimal, currency: str) -> Money:
    """Write a decimal amount in the currency's smallest unit; raises ValueError if it is none."""
    if not amount.is_finite() or amount.adjusted() > DIGITS_MAX:
        raise ValueError("an amount of money is no number, or too large")
    return Money.of(amount, currency)
