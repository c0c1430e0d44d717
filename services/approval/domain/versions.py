"""Versions of an order as the store tells them: what is different."""

from shared.events import Address, LineItem, OrderReceived


def name_of_address(address: Address | None) -> str:
    """Name a version of the address, so that a correction knows what it corrects."""
    return address.model_dump_json() if address else ""


def items_to_make(order: OrderReceived) -> list[LineItem]:
    """Give the lines that are made and shipped; gift cards and removed lines are not."""
    return [line for line in order.items if line.requires_shipping and line.quantity > 0]


def differences(before: OrderReceived, after: OrderReceived) -> list[str]:
    """Name what a person would see change between two versions of an order."""
    parts = {
        "shopper": (before.shopper, after.shopper),
        "shipping address": (before.shipping_address, after.shipping_address),
        "items": (before.items, after.items),
        "total": (before.total, after.total),
        "payment": (before.is_paid, after.is_paid),
    }
    return [name for name, (old, new) in parts.items() if old != new]
