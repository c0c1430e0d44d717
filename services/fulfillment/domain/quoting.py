"""Quoting: what an order would cost, asked for before anybody approves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from services.fulfillment.domain.addresses import provider_address
from services.fulfillment.domain.answers import Document, Unreadable, read_amounts
from services.fulfillment.domain.claims import QuoteClaim
from services.fulfillment.domain.costs import everything_of
from services.fulfillment.domain.placing import Product, line_request
from shared.events import (
    Address,
    ApprovedItem,
    Cost,
    LineItem,
    Money,
    OrderReceived,
    PrintFile,
    PrintFileReady,
    Shopper,
    quote_fingerprint,
)
from shared.events.quoted import WHERE

FAILURES_MAX = 12
"""So often a quote is tried; with growing waits that is most of an hour."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the store's order that is to be made, and which version of it."""

    line_item_id: str
    fingerprint: str
    quantity: int

    @classmethod
    def all_of(cls, order: OrderReceived) -> list["Line"]:
        """Give the lines that are made and shipped."""
        return [
            cls(line.line_item_id, line.fingerprint, line.quantity)
            for line in order.items
            if is_made(line)
        ]


def is_made(line: LineItem) -> bool:
    """Tell whether the line is something to make; gift cards and removed lines are not."""
    return line.requires_shipping and line.quantity > 0


@dataclass(frozen=True, slots=True)
class Print:
    """What was made for a line: of which product, and what is printed where."""

    fingerprint: str
    made_at: datetime
    product_id: str
    variant_id: str
    files: tuple[PrintFile, ...]

    @classmethod
    def of(cls, event: PrintFileReady) -> "Print":
        """Keep of the event what the cost depends on."""
        return cls(
            event.item_fingerprint,
            event.occurred_at,
            event.product_id,
            event.variant_id,
            event.files,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(QuoteClaim):
    """An order to be quoted, as this attempt took it."""

    waited: timedelta
    said_at: datetime
    address: Address | None
    lines: tuple[Line, ...]
    prints: Mapping[str, Print]

    @property
    def items(self) -> list[ApprovedItem] | None:
        """Give the lines with what is printed on them; None while a print file is awaited.

        A file of another version of its line counts when it is newer than the order: then a person
        has corrected the answers, which the store does not know.
        """
        items = []
        for line in self.lines:
            found = self.prints.get(line.line_item_id)
            if found is None:
                return None
            if found.fingerprint not in {line.fingerprint, ""} and found.made_at < self.said_at:
                return None
            items.append(as_item(line, found))
        return items or None

    @property
    def fingerprint(self) -> str:
        """Name what is quoted: the same as long as nothing that costs is different."""
        return quote_fingerprint(self.address, self.items or [])


def as_item(line: Line, found: Print) -> ApprovedItem:
    """Write the line as it would be ordered."""
    return ApprovedItem(
        line_item_id=line.line_item_id,
        product_id=found.product_id,
        variant_id=found.variant_id,
        title="",
        quantity=line.quantity,
        files=found.files,
    )


def quote_request(
    address: Address,
    items: Sequence[ApprovedItem],
    products: Mapping[str, Product],
    url_of: Callable[[str], str],
    *,
    line_max: int,
) -> bytes:
    """Write what is asked; raises NotYetKnown and Unmailable as an order would."""
    written = provider_address(address, Shopper(), line_max=line_max)
    body: dict[str, Any] = {
        "shipping_address": {field: written[field] for field in WHERE if field in written},
        "currency": "USD",
        "shipping_method": "standard",
        "line_items": [line_request(item, products, url_of) for item in items],
    }
    return to_json(body)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the order would cost, by what for and in all."""

    costs: tuple[Cost, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Why nobody says what the order would cost."""

    code: str
    reason: str


def read_quote(answer: Any) -> Estimate:
    """Read an answer, bare or as `{"quote": …}`; raises Unreadable when it names no price."""
    quote: Document = answer.get("quote", answer) if isinstance(answer, Mapping) else {}
    amounts = read_amounts(quote) if isinstance(quote, Mapping) else None
    parts = everything_of(amounts) if amounts else None
    if amounts is None or parts is None:
        raise Unreadable("the answer has no quote with a price")
    costs = tuple(
        Cost(kind=kind, amount=Money(minor=minor, currency=amounts.currency))
        for kind, minor in parts.items()
        if minor
    )
    return Estimate(costs, Money(minor=sum(parts.values()), currency=amounts.currency))
