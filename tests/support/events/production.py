"""Builders of what the provider makes of an order, and what the store is told."""

from typing import Any

from shared.events import (
    ChargeRecorded,
    Cost,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderQuoted,
    QuoteRefused,
    Shipped,
    ShippedItem,
    StorefrontRefused,
    StorefrontUpdated,
    TrackingCorrected,
    quote_fingerprint,
)
from tests.support.events.values import ADDRESS, MOMENT, SHOP, approved_item, dollars, order_id


def order_quoted(number: str = "1001", **changes: Any) -> OrderQuoted:
    """Build what the T-shirt and its parcel would cost."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "fingerprint": quote_fingerprint(ADDRESS, [approved_item()]),
        "costs": (
            Cost(kind="product", amount=dollars(895)),
            Cost(kind="shipping", amount=dollars(475)),
        ),
        "total": dollars(1370),
    }
    return OrderQuoted(**values | changes)


def quote_refused(number: str = "1001", **changes: Any) -> QuoteRefused:
    """Build the news that nobody says what the order would cost."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "fingerprint": quote_fingerprint(ADDRESS, [approved_item()]),
        "code": "unknown_id",
        "reason": "Completeful: No such variant – take the id from the catalog",
    }
    return QuoteRefused(**values | changes)


def charge_recorded(number: str = "1001", **changes: Any) -> ChargeRecorded:
    """Build the line of the product's cost."""
    kind = changes.get("kind", "product")
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "charge_id": f"cf-{number}/{kind}",
        "kind": "product",
        "amount": dollars(895),
        "charged_at": MOMENT,
    }
    return ChargeRecorded(**values | changes)


def fulfillment_delayed(number: str = "1001", **changes: Any) -> FulfillmentDelayed:
    """Build the news that the factory is away."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "waiting_since": MOMENT,
        "reason": "Completeful answers HTTP 503",
    }
    return FulfillmentDelayed(**values | changes)


def fulfillment_started(number: str = "1001", **changes: Any) -> FulfillmentStarted:
    """Build the provider's acceptance."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "provider_order_id": f"cf-{number}",
    }
    return FulfillmentStarted(**values | changes)


def fulfillment_refused(number: str = "1001", **changes: Any) -> FulfillmentRefused:
    """Build the provider's refusal of an address."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "code": "invalid_address",
        "reason": "shipping_address.postal_code is missing: ask the shopper for it",
    }
    return FulfillmentRefused(**values | changes)


def fulfillment_cancelled(number: str = "1001", **changes: Any) -> FulfillmentCancelled:
    """Build the provider's cancellation of what it had accepted."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "provider_order_id": f"cf-{number}",
        "reason": "out of stock",
    }
    return FulfillmentCancelled(**values | changes)


def shipped(number: str = "1001", **changes: Any) -> Shipped:
    """Build the only package of an order."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shop": SHOP,
        "storefront_order_id": f"5550000000000{number}",
        "shipment_id": f"cf-{number}-1",
        "carrier": "USPS",
        "tracking_number": f"94001000000000{number}",
        "tracking_url": f"https://tools.usps.com/go/TrackConfirmAction?tLabels=94001{number}",
        "items": (ShippedItem(line_item_id="7001", quantity=1),),
        "shipped_at": MOMENT,
    }
    return Shipped(**values | changes)


def tracking_corrected(number: str = "1001", **changes: Any) -> TrackingCorrected:
    """Build the news that the package goes with another carrier."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shop": SHOP,
        "storefront_order_id": f"5550000000000{number}",
        "shipment_id": f"cf-{number}-1",
        "tracking_version": 2,
        "carrier": "UPS",
        "tracking_number": f"1Z999AA1{number}",
        "tracking_url": f"https://www.ups.com/track?tracknum=1Z999AA1{number}",
        "replaces": f"94001000000000{number}",
    }
    return TrackingCorrected(**values | changes)


def storefront_updated(number: str = "1001", **changes: Any) -> StorefrontUpdated:
    """Build the news that the store knows of the package."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shipment_id": f"cf-{number}-1",
        "storefront_fulfillment_id": "gid://shopify/Fulfillment/1",
        "tracking_number": f"94001000000000{number}",
    }
    return StorefrontUpdated(**values | changes)


def storefront_refused(number: str = "1001", **changes: Any) -> StorefrontRefused:
    """Build the store's refusal of a tracking number."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shipment_id": f"cf-{number}-1",
        "reason": "the store has no open fulfillment order for it",
    }
    return StorefrontRefused(**values | changes)
