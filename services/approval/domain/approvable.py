"""What an approval says of an order, and how large that is."""

from services.approval.domain.facts import Facts
from shared.events import (
    Address,
    ApprovedItem,
    LineItem,
    OrderApproved,
    OrderReceived,
    PrintFileReady,
)

APPROVAL_BYTES_MAX = 990_000
"""What a broker takes by default, less its own overhead, our headers, and what is added when it is
approved: who, when and under which id."""


def approval_of(facts: Facts, order: OrderReceived, address: Address) -> OrderApproved:
    """Write an approval that lacks only who gave it, and the hash of what was seen."""
    return OrderApproved(
        order_id=order.order_id,
        approved_by="",
        snapshot_hash="",
        shop=order.shop,
        storefront_order_id=order.storefront_order_id,
        order_number=order.order_number,
        shopper=order.shopper,
        shipping_address=address,
        items=tuple(approved_item(line, ready) for line, ready in facts.prints.made),
    )


def approved_item(line: LineItem, ready: PrintFileReady) -> ApprovedItem:
    """Write a line with its files, as it is approved."""
    return ApprovedItem(
        line_item_id=line.line_item_id,
        product_id=ready.product_id,
        variant_id=ready.variant_id,
        title=line.title,
        quantity=line.quantity,
        files=ready.files,
    )
