"""What an approval says of an order, and how large that is."""

from services.approval.domain.facts import Facts
from services.approval.domain.versions import items_to_make
from shared.events import (
    Address,
    ApprovedItem,
    LineItem,
    OrderApproved,
    OrderReceived,
    PrintFileReady,
    Shopper,
)

APPROVAL_BYTES_MAX = 990_000
"""What a broker takes by default, less its own overhead, our headers, and what is added when it is
approved: who, when and under which id."""

ESCAPED = 6
"""So many bytes may one character take in JSON, as `\\u0007` does."""
OF_AN_ORDER, OF_A_LINE, OF_A_FILE = 2_000, 300, 400
"""So many bytes, at most, has what is always there: names of fields, hashes, numbers."""


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
        items=tuple(
            approved_item(line, outcome)
            for line in items_to_make(order)
            if isinstance(outcome := facts.print_of(line), PrintFileReady)
        ),
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


def length_of(value: Address | Shopper | None) -> int:
    """Count the characters of a value's texts; writing the value out takes ten times as long."""
    if value is None:
        return 0
    return sum(len(text) for text in vars(value).values() if isinstance(text, str))


def bytes_at_most(facts: Facts, order: OrderReceived) -> int:
    """Give a number that the approval's size is not above, at a hundredth of the cost."""
    texts = length_of(order.shopper) + length_of(order.shipping_address)
    rest = 0
    for line in items_to_make(order):
        texts += len(line.title) + len(line.line_item_id)
        rest += OF_A_LINE
        outcome = facts.print_of(line)
        if isinstance(outcome, PrintFileReady):
            texts += len(outcome.product_id) + len(outcome.variant_id)
            rest += OF_A_FILE * len(outcome.files)
            texts += sum(len(file.key) + len(file.print_location) for file in outcome.files)
    return OF_AN_ORDER + ESCAPED * texts + rest
