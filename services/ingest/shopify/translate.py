"""From Shopify's words to ours."""

from datetime import datetime

from services.ingest.domain import Delivery, order_id_of
from services.ingest.shopify.models import (
    ShopifyAddress,
    ShopifyLineItem,
    ShopifyOrder,
    ShopifyPerson,
)
from shared.events import (
    Address,
    LineItem,
    Money,
    OrderCancelled,
    OrderReceived,
    Property,
    Shopper,
)

PAID = frozenset({"paid", "partially_refunded"})


def as_order(shop: str, found: ShopifyOrder) -> OrderReceived:
    """Say the order in our words."""
    return OrderReceived(
        order_id=order_id_of(shop, str(found.id)),
        shop=shop,
        storefront_order_id=str(found.id),
        order_number=found.name or f"#{found.id}",
        placed_at=found.created_at,
        changed_at=found.updated_at,
        shopper=as_shopper(found),
        shipping_address=as_address(found.shipping_address),
        items=tuple(as_line_item(item, found.currency) for item in found.line_items),
        total=Money.of(found.total_price, found.currency),
        is_paid=found.financial_status in PAID,
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
        reason=found.cancel_reason,
    )


def as_shopper(found: ShopifyOrder) -> Shopper:
    """Say who ordered; the address knows the name when the store hides the customer."""
    person = found.customer or ShopifyPerson()
    name = f"{person.first_name} {person.last_name}".strip()
    if not name and found.shipping_address is not None:
        name = found.shipping_address.name
    return Shopper(name=name, email=found.email or person.email, phone=found.phone or person.phone)


def as_address(found: ShopifyAddress | None) -> Address | None:
    """Say where the order goes; None when the store hides it or it names no country."""
    if found is None or len(found.country_code) != 2:  # noqa: PLR2004 - ISO 3166-1 alpha-2
        return None
    return Address(
        name=found.name or f"{found.first_name} {found.last_name}".strip(),
        company=found.company,
        line1=found.address1,
        line2=found.address2,
        city=found.city,
        region=found.province_code or found.province,
        postal_code=found.zip,
        country=found.country_code,
        phone=found.phone,
    )


def as_line_item(found: ShopifyLineItem, currency: str) -> LineItem:
    """Say one line; a line that was removed since has a quantity of nought."""
    current = found.current_quantity
    return LineItem(
        line_item_id=str(found.id),
        storefront_product_id=str(found.product_id) if found.product_id else None,
        storefront_variant_id=str(found.variant_id) if found.variant_id else None,
        sku=found.sku or None,
        title=found.title,
        variant_title=found.variant_title,
        quantity=found.quantity if current is None else current,
        requires_shipping=found.requires_shipping,
        price=Money.of(found.price, currency),
        properties=tuple(
            Property(name=answer.name, value=answer.value) for answer in found.properties
        ),
    )
