"""What the store is to be told of a package, given what it knows already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.notifier.domain.carriers import shopify_spelling
from shared.events import Shipped, ShippedItem

CREATE = "CREATE_FULFILLMENT"
VOID = frozenset({"CANCELLED", "ERROR", "FAILURE"})


class Untellable(Exception):
    """The store will not take this package; the reason says what a person can do."""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of a fulfillment order, with how many of it still have to be sent."""

    id: str
    line_item_id: str
    remaining: int


@dataclass(frozen=True, slots=True)
class FulfillmentOrder:
    """What one location has to send for an order."""

    id: str
    status: str
    actions: frozenset[str]
    location: str
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """A package that the store knows of."""

    id: str
    status: str
    numbers: tuple[str, ...]
    items: tuple[ShippedItem, ...]


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """The store's order as it stands, as far as packages go."""

    fulfillment_orders: tuple[FulfillmentOrder, ...]
    fulfillments: tuple[Fulfillment, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A package to tell the store of, as this attempt took it."""

    order_id: str
    shipment_id: str
    shop: str
    storefront_order_id: str
    carrier: str
    tracking_number: str
    tracking_url: str
    items: tuple[ShippedItem, ...]
    attempts: int
    failures: int

    @property
    def tracking(self) -> dict[str, str]:
        """Write the tracking as Shopify takes it."""
        parts = urlsplit(self.tracking_url)
        url = self.tracking_url if parts.scheme in {"http", "https"} and parts.netloc else ""
        written = {
            "company": shopify_spelling(self.carrier),
            "number": self.tracking_number,
            "url": url,
        }
        return {name: text for name, text in written.items() if text}


@dataclass(frozen=True, slots=True)
class Told:
    """The store knows of all of the package already: by this fulfillment."""

    fulfillment_id: str


@dataclass(frozen=True, slots=True)
class Tell:
    """What to create: for each fulfillment order its lines and how many of each.

    All are of one location, which is what one call may name. `is_all` says that nothing of the
    package is left to tell after it.
    """

    lines: Mapping[str, Sequence[tuple[str, int]]]
    is_all: bool


def next_step(package: Package, order: StoreOrder) -> Told | Tell:
    """Decide what to do next: nothing, because it was done, or one call for one location.

    Our own earlier effect is recognised by the tracking number. Raises Untellable.
    """
    ours = [
        each
        for each in order.fulfillments
        if package.tracking_number in each.numbers and each.status not in VOID
    ]
    wanted = count(package.items)
    for each in ours:
        for item in each.items:
            wanted[item.line_item_id] = wanted.get(item.line_item_id, 0) - item.quantity
    missing = {name: left for name, left in wanted.items() if left > 0}
    chosen = choose(missing, order.fulfillment_orders) if missing else {}
    if chosen:
        told = sum(quantity for lines in chosen.values() for _, quantity in lines)
        return Tell(chosen, is_all=told == sum(missing.values()))
    if ours:
        return Told(ours[0].id)
    raise Untellable(why_nothing_can_be_sent(missing, order))


def choose(
    wanted: Mapping[str, int], fulfillment_orders: Sequence[FulfillmentOrder]
) -> dict[str, list[tuple[str, int]]]:
    """Find the wanted items among what one location may still send; empty when there are none."""
    chosen: dict[str, list[tuple[str, int]]] = {}
    left = dict(wanted)
    location: str | None = None
    for each in fulfillment_orders:
        if CREATE not in each.actions or location not in {None, each.location}:
            continue
        for line in each.lines:
            quantity = min(line.remaining, left.get(line.line_item_id, 0))
            if quantity > 0:
                left[line.line_item_id] -= quantity
                location = each.location
                chosen.setdefault(each.id, []).append((line.id, quantity))
    return chosen


def why_nothing_can_be_sent(wanted: Mapping[str, int], order: StoreOrder) -> str:
    """Say what keeps the store from taking the package, and what a person can do about it."""
    holding = [
        each
        for each in order.fulfillment_orders
        if any(line.remaining and line.line_item_id in wanted for line in each.lines)
    ]
    if not holding:
        return (
            "the store has nothing left to fulfill of these items: if they were fulfilled by hand, "
            "add the tracking number there"
        )
    states = ", ".join(sorted({each.status for each in holding}))
    return (
        f"the store does not let us fulfill these items (their fulfillment order is {states}): "
        "release the hold or assign the items to this app's location, then tell the store again"
    )


def count(items: Sequence[ShippedItem]) -> dict[str, int]:
    """Add up how many of each line item there are."""
    counted: dict[str, int] = {}
    for item in items:
        counted[item.line_item_id] = counted.get(item.line_item_id, 0) + item.quantity
    return counted


def package_row(event: Shipped) -> tuple[object, ...]:
    """Write a package in the order of its table's columns."""
    return (
        event.order_id,
        event.shipment_id,
        event.shop,
        event.storefront_order_id,
        event.carrier,
        event.tracking_number,
        event.tracking_url,
        [item.model_dump() for item in event.items],
    )
