"""Shopify's rules of fulfillment: what may be sent off, and what an order then looks like.

An order's record is `{"order": <the REST resource>, "fulfillment_orders": [...]}`. A fulfillment
order holds what one location has to send; its lines count down what remains.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from deploy.sandbox.records import Document

OURS = "Completeful"
THEIRS = "Another fulfillment service"


class Refused(Exception):
    """A business refusal, which Shopify tells in `userErrors` of a 200."""

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = list(field) or None


def open_fulfillment_orders(
    order: Document, by_others: frozenset[int], next_id: Callable[[], int]
) -> list[Document]:
    """Divide an order's lines among the locations that send them."""
    opened = []
    for location in (OURS, THEIRS):
        lines = [
            {
                "id": next_id(),
                "line_item_id": line["id"],
                "total": line["quantity"],
                "remaining": line["quantity"],
            }
            for line in order["line_items"]
            if (line["product_id"] in by_others) is (location == THEIRS)
        ]
        if lines:
            opened.append(
                {"id": next_id(), "location": location, "cancelled": False, "lines": lines}
            )
    return opened


def status_of(fulfillment_order: Document) -> str:
    """Say where a fulfillment order stands, in Shopify's words."""
    if fulfillment_order["cancelled"]:
        return "CANCELLED"
    lines = fulfillment_order["lines"]
    if not any(line["remaining"] for line in lines):
        return "CLOSED"
    untouched = all(line["remaining"] == line["total"] for line in lines)
    return "OPEN" if untouched else "IN_PROGRESS"


def display_status(record: Document) -> str:
    """Say how much of an order is fulfilled, in Shopify's words."""
    lines = [line for each in record["fulfillment_orders"] for line in each["lines"]]
    if not any(line["remaining"] for line in lines):
        return "FULFILLED"
    untouched = all(line["remaining"] == line["total"] for line in lines)
    return "UNFULFILLED" if untouched else "PARTIALLY_FULFILLED"


def fulfill(
    record: Document, wanted: Sequence[Document], *, fulfillment_id: int, now: datetime
) -> Document:
    """Send lines off as one package, or raise Refused and change nothing.

    `wanted` is `lineItemsByFulfillmentOrder`, with plain numbers for ids; lines left out mean
    all that remains.
    """
    if len({one["fulfillmentOrderId"] for one in wanted}) < len(wanted):
        raise Refused("A fulfillment order may be named only once.", "fulfillment")
    taken = [
        pair
        for one in wanted
        for pair in _choose(_find(record, one["fulfillmentOrderId"]), one.get("lines"))
    ]
    if len({location for location, _, _ in taken}) > 1:
        raise Refused("All fulfillment orders must belong to the same location.", "fulfillment")
    for _, line, quantity in taken:
        line["remaining"] -= quantity
    order = record["order"]
    stamp = now.isoformat(timespec="seconds")
    fulfillment: Document = {
        "id": fulfillment_id,
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "order_id": order["id"],
        "name": f"{order['name']}.{len(order['fulfillments']) + 1}",
        "status": "success",
        "service": "manual",
        "created_at": stamp,
        "updated_at": stamp,
        "line_items": [
            {"id": line["line_item_id"], "quantity": quantity} for _, line, quantity in taken
        ],
    }
    order["fulfillments"].append(fulfillment)
    _count_again(record, stamp)
    return fulfillment


def _find(record: Document, fulfillment_order_id: int) -> Document:
    found: list[Document] = [
        each for each in record["fulfillment_orders"] if each["id"] == fulfillment_order_id
    ]
    if not found:
        raise Refused("Fulfillment orders must belong to the same order.", "fulfillment")
    status = status_of(found[0])
    if status in {"CLOSED", "CANCELLED"}:
        raise Refused(
            f"Fulfillment order {fulfillment_order_id} has an unfulfillable status= "
            f"{status.lower()}.",
            "fulfillment",
        )
    if found[0]["location"] != OURS:
        raise Refused(
            "The api client does not have access to the fulfillment order.", "fulfillment"
        )
    return found[0]


def _choose(
    fulfillment_order: Document, lines: Sequence[tuple[int, int]] | None
) -> list[tuple[str, Document, int]]:
    """Find the lines that are asked for, and see that so many of each remain."""
    by_id = {line["id"]: line for line in fulfillment_order["lines"]}
    asked = lines or [
        (line["id"], line["remaining"]) for line in by_id.values() if line["remaining"]
    ]
    totals: dict[int, int] = {}
    for line_id, quantity in asked:
        if line_id not in by_id:
            raise Refused("Fulfillment order line item does not exist.", "fulfillment")
        totals[line_id] = totals.get(line_id, 0) + quantity
        if quantity < 1 or totals[line_id] > by_id[line_id]["remaining"]:
            raise Refused("Invalid fulfillment order line item quantity requested.", "fulfillment")
    return [(fulfillment_order["location"], by_id[key], count) for key, count in totals.items()]


def track(fulfillment: Document, tracking: Document) -> None:
    """Write tracking into a fulfillment; several numbers may come in one call."""
    numbers: list[Any] = tracking.get("numbers") or [
        number for number in [tracking.get("number")] if number
    ]
    urls: list[Any] = tracking.get("urls") or [url for url in [tracking.get("url")] if url]
    fulfillment |= {
        "tracking_company": tracking.get("company"),
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
    }


def _count_again(record: Document, stamp: str) -> None:
    order = record["order"]
    remaining = {
        line["line_item_id"]: line["remaining"]
        for each in record["fulfillment_orders"]
        for line in each["lines"]
    }
    for line in order["line_items"]:
        left = remaining[line["id"]]
        line["fulfillable_quantity"] = left
        untouched = left == line["quantity"]
        line["fulfillment_status"] = None if untouched else "partial" if left else "fulfilled"
    shown = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "UNFULFILLED": None}
    order["fulfillment_status"] = shown[display_status(record)]
    order["updated_at"] = stamp
