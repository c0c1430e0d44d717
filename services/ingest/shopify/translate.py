"""From Shopify's words to ours."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec.json import encode

from services.ingest.domain import Delivery, ReadOrder, order_id_of
from services.ingest.shopify.models import (
    ShopifyAddress,
    ShopifyLineItem,
    ShopifyOrder,
    ShopifyPerson,
    ShopifyProperty,
    text,
)
from shared.events import OrderCancelled
from shared.events.values import minor_of

Fields = dict[str, Any]
"""The fields of a part of an event, all of them and in the order of its contract."""

DIGITS_MAX = 15

PAID = frozenset({"paid", "partially_refunded"})
REFUNDED = frozenset({"refunded", "voided"})

COUNTRY = re.compile("[A-Za-z]{2}")
"""ISO 3166-1 alpha-2."""

YEARS = range(1900, 2200)
"""A moment outside of these is a mistake, and some of them no database could keep."""


def as_order(shop: str, found: ShopifyOrder) -> ReadOrder:
    """Say the order in our words; raises ValueError when the event's contract would refuse it.

    The event is written without a model of it, in a third of the time. That its contract reads it
    back, byte for byte, is what the tests of this module are for.
    """
    storefront_order_id = str(found.id)
    order_id = order_id_of(shop, storefront_order_id)
    total = found.total_price if found.current_total_price is None else found.current_total_price
    payment = text(found.financial_status)
    is_paid, is_refunded = payment in PAID, payment in REFUNDED
    check_lines(found.line_items)
    content = {
        "order_id": order_id,
        "shop": shop,
        "storefront_order_id": storefront_order_id,
        "order_number": text(found.name) or f"#{storefront_order_id}",
        "placed_at": checked(found.created_at),
        "changed_at": checked(found.updated_at),
        "shopper": as_shopper(found),
        "shipping_address": as_address(found.shipping_address),
        "items": [as_line_item(item, found.currency) for item in found.line_items],
        "total": as_money(total, found.currency),
        "is_paid": is_paid,
        "is_test": bool(found.test),
        "is_refunded": is_refunded,
    }
    return ReadOrder(
        order_id, found.created_at, found.updated_at, is_paid, encode(content), is_refunded
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
        cancelled_at=checked(at),
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
    if found is None or not COUNTRY.fullmatch(text(found.country_code)):
        return None
    return {
        "name": text(found.name) or full_name(found),
        "line1": text(found.address1),
        "line2": text(found.address2),
        "company": text(found.company),
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
    quantity = found.quantity if found.current_quantity is None else found.current_quantity
    return {
        "line_item_id": str(found.id),
        "storefront_product_id": str(found.product_id) if found.product_id else None,
        "storefront_variant_id": str(found.variant_id) if found.variant_id else None,
        "sku": text(found.sku) or None,
        "title": text(found.title),
        "variant_title": text(found.variant_title),
        "quantity": quantity,
        "requires_shipping": found.requires_shipping,
        "price": as_money(found.price, currency),
        "properties": as_properties(found.properties),
    }


def check_lines(found: Sequence[ShopifyLineItem]) -> None:
    """Raise ValueError when two lines have one id: nobody could tell whose print file is whose."""
    if len({item.id for item in found}) != len(found):
        raise ValueError("line_items: two lines have the same id")


def checked(moment: datetime) -> datetime:
    """Give the moment in UTC; raises ValueError when it is too far from now to be meant.

    The store writes one moment in the shop's time or in UTC, depending on how it is asked.
    """
    if moment.year not in YEARS:
        raise ValueError(f"a moment in the year {moment.year}")
    return moment.astimezone(UTC)


def as_properties(found: list[ShopifyProperty] | dict[str, Any] | None) -> list[Fields]:
    """Say the shopper's answers in their order."""
    if not found:
        return []
    if isinstance(found, dict):
        return [{"name": text(name), "value": text(value)} for name, value in found.items()]
    return [{"name": text(answer.name), "value": text(answer.value)} for answer in found]


def as_money(amount: Decimal, currency: str) -> Fields:
    """Write a decimal amount in the currency's smallest unit; raises ValueError if it is none."""
    if not amount.is_finite() or amount.adjusted() > DIGITS_MAX:
        raise ValueError("an amount of money is no number, or too large")
    return {"minor": minor_of(amount, currency), "currency": currency}
