"""Builders of what happens to an order in the store and before the dashboard."""

from datetime import timedelta
from typing import Any

from shared.events import (
    AddressCorrected,
    ApprovalOverdue,
    EventSetAside,
    EventsReplayed,
    Money,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderReceived,
    OrderWithdrawn,
    ReprintOrdered,
)
from tests.support.events.values import (
    ADDRESS,
    MOMENT,
    SHOP,
    SHOPPER,
    approved_item,
    line_item,
    order_id,
)


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


def order_changed(number: str = "1001", **changes: Any) -> OrderChanged:
    """Build a newer version of the order."""
    later = {"changed_at": MOMENT + timedelta(minutes=1)}
    return OrderChanged(
        **order_received(number, **later | changes).model_dump(exclude={"event_id"})
    )


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


def address_corrected(number: str = "1001", **changes: Any) -> AddressCorrected:
    """Build a person's correction of the street number."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "shipping_address": ADDRESS.model_copy(update={"line1": "21 Analytical Way"}),
        "corrects": ADDRESS.fingerprint,
        "corrected_by": "merchant",
    }
    return AddressCorrected(**values | changes)


def reprint_ordered(number: str = "1001-R1", **changes: Any) -> ReprintOrdered:
    """Build an order of a T-shirt once more."""
    values: dict[str, Any] = {"reprint_of": order_id()}
    return ReprintOrdered(
        **order_received(number).model_dump(exclude={"event_id"}) | values | changes
    )


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
