"""Builders of events: a test names only what is remarkable."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.events import (
    Address,
    ApprovalOverdue,
    ApprovedItem,
    ChargeRecorded,
    Cost,
    EventSetAside,
    EventsReplayed,
    FulfillmentCancelled,
    FulfillmentRefused,
    FulfillmentStarted,
    LineItem,
    Money,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    Preview,
    PrintFile,
    PrintFileFailed,
    PrintFileReady,
    PrintFilesDeleted,
    PrintLocation,
    ProductPublished,
    Property,
    QuoteRefused,
    ReprintOrdered,
    Shipped,
    ShippedItem,
    Shopper,
    StorefrontRefused,
    StorefrontUpdated,
    Variant,
)

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


def order_received(number: str = "1001", **changes: Any) -> OrderReceived:
    """Build a paid order of one T-shirt."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shop": SHOP,
        "storefront_order_id": f"5550000000000{number}",
        "order_number": f"#{number}",
        "placed_at": MOMENT,
        "changed_at": MOMENT,
        "shopper": SHOPPER,
        "shipping_address": ADDRESS,
        "items": (line_item(),),
        "total": Money(minor=3400, currency="USD"),
        "is_paid": True,
    }
    return OrderReceived(**values | changes)


def order_cancelled(number: str = "1001", **changes: Any) -> OrderCancelled:
    """Build a cancellation by the shopper."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shop": SHOP,
        "storefront_order_id": f"5550000000000{number}",
        "cancelled_at": MOMENT,
        "reason": "customer",
    }
    return OrderCancelled(**values | changes)


def order_withdrawn(number: str = "1001", **changes: Any) -> OrderWithdrawn:
    """Build a cancellation by a person of the merchant's."""
    values: dict[str, Any] = {"cancelled_by": "merchant", "reason": "the shopper called"}
    return OrderWithdrawn(
        **order_cancelled(number).model_dump(exclude={"event_id"}) | values | changes
    )


def reprint_ordered(number: str = "1001-R1", **changes: Any) -> ReprintOrdered:
    """Build an order of a T-shirt once more."""
    values: dict[str, Any] = {"reprint_of": order_id()}
    return ReprintOrdered(
        **order_received(number).model_dump(exclude={"event_id"}) | values | changes
    )


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


def print_file_ready(number: str = "1001", **changes: Any) -> PrintFileReady:
    """Build the news that the T-shirt's file is made."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "line_item_id": "7001",
        "product_id": "adventure-tee",
        "variant_id": "black-m",
        "template_version": 1,
        "files": (print_file(),),
        "preview": Preview(key=f"previews/{'b' * 64}.webp", width_px=600, height_px=720),
    }
    return PrintFileReady(**values | changes)


def print_file_failed(number: str = "1001", **changes: Any) -> PrintFileFailed:
    """Build the news that the shopper's photo could not be used."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "line_item_id": "7001",
        "code": "photo_unusable",
        "reason": "the photo is cut off in the middle: ask the shopper for the whole file",
    }
    return PrintFileFailed(**values | changes)


def print_files_deleted(number: str = "1001", **changes: Any) -> PrintFilesDeleted:
    """Build the news that the order's files are gone."""
    values: dict[str, Any] = {"order_id": order_id(number), "why": "kept_long_enough"}
    return PrintFilesDeleted(**values | changes)


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


def order_approved(number: str = "1001", **changes: Any) -> OrderApproved:
    """Build an approval by a person."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "approved_by": "merchant",
        "snapshot_hash": "c" * 64,
        "shop": SHOP,
        "storefront_order_id": f"5550000000000{number}",
        "order_number": f"#{number}",
        "shopper": SHOPPER,
        "shipping_address": ADDRESS,
        "items": (approved_item(),),
    }
    return OrderApproved(**values | changes)


def approval_overdue(number: str = "1001", **changes: Any) -> ApprovalOverdue:
    """Build the news that an order waits too long."""
    values: dict[str, Any] = {"order_id": order_id(number), "waiting_since": MOMENT}
    return ApprovalOverdue(**values | changes)


def fulfillment_started(number: str = "1001", **changes: Any) -> FulfillmentStarted:
    """Build the provider's acceptance."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "provider_order_id": f"cf-{number}",
    }
    return FulfillmentStarted(**values | changes)


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


def storefront_updated(number: str = "1001", **changes: Any) -> StorefrontUpdated:
    """Build the news that the store knows of the package."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shipment_id": f"cf-{number}-1",
        "storefront_fulfillment_id": "gid://shopify/Fulfillment/1",
        "tracking_number": f"94001000000000{number}",
    }
    return StorefrontUpdated(**values | changes)


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


def order_changed(number: str = "1001", **changes: Any) -> OrderChanged:
    """Build a newer version of the order."""
    later = {"changed_at": MOMENT + timedelta(minutes=1)}
    return OrderChanged(
        **order_received(number, **later | changes).model_dump(exclude={"event_id"})
    )


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


def storefront_refused(number: str = "1001", **changes: Any) -> StorefrontRefused:
    """Build the store's refusal of a tracking number."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shipment_id": f"cf-{number}-1",
        "reason": "the store has no open fulfillment order for it",
    }
    return StorefrontRefused(**values | changes)


def dollars(cents: int) -> Money:
    """Build an amount."""
    return Money(minor=cents, currency="USD")


def order_quoted(number: str = "1001", **changes: Any) -> OrderQuoted:
    """Build what the T-shirt and its parcel would cost."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "provider": "completeful",
        "fingerprint": "d" * 64,
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
        "fingerprint": "d" * 64,
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


def event_set_aside(number: str = "1001", **changes: Any) -> EventSetAside:
    """Build the news that fulfillment could not take in the approval."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "service": "fulfillment",
        "type": "OrderApproved",
        "reason": "KeyError",
    }
    return EventSetAside(**values | changes)


def events_replayed(number: str = "1001", **changes: Any) -> EventsReplayed:
    """Build the news that fulfillment has taken everything in."""
    values: dict[str, Any] = {"order_id": order_id(number), "service": "fulfillment"}
    return EventsReplayed(**values | changes)
