"""What the store is to be told of a package, given what it knows already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from services.notifier.domain.carriers import shopify_spelling
from shared.events import ShippedItem

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
class Track:
    """A tracking number with its link and its carrier, both of which may be empty."""

    number: str
    url: str
    company: str


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """A package that the store knows of."""

    id: str
    status: str
    tracks: tuple[Track, ...]
    items: tuple[ShippedItem, ...]

    def knows(self, numbers: Collection[str]) -> bool:
        """Tell whether the store shows one of these tracking numbers with it."""
        return self.status not in VOID and any(each.number in numbers for each in self.tracks)


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """The store's order as it stands, as far as packages go."""

    fulfillment_orders: tuple[FulfillmentOrder, ...]
    fulfillments: tuple[Fulfillment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A package that an attempt has taken with its order, and how often the order failed before."""

    order_id: str
    shipment_id: str
    attempts: int
    failures: int
    unexpected: int = 0
    """How many of the failures nobody expected."""

    tracking_version: int = 1

    @property
    def claim(self) -> "Claim":
        """Give by what the attempt knows the package."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Claim):
    """A package to tell the store of, as this attempt took it."""

    shop: str
    storefront_order_id: str
    carrier: str
    tracking_number: str
    tracking_url: str
    items: tuple[ShippedItem, ...]
    queued: int
    """How often packages of the order had been queued when it was leased."""

    is_reprint: bool = False
    former_numbers: Sequence[str] = ()
    """Tracking numbers that it had before: the store may show them still."""

    taken_at: float = 0.0
    """By this process's own clock, before the order was leased: for as long as the lease from
    then nobody else has it."""

    @property
    def numbers(self) -> frozenset[str]:
        """Give every tracking number that it has or had."""
        return frozenset((self.tracking_number, *self.former_numbers))

    @property
    def track(self) -> Track:
        """Give the tracking in the store's words, without a link that is none."""
        parts = urlsplit(self.tracking_url)
        url = self.tracking_url if parts.scheme in {"http", "https"} and parts.netloc else ""
        return Track(self.tracking_number, url, shopify_spelling(self.carrier))

    @property
    def tracking(self) -> dict[str, str]:
        """Write the tracking as Shopify takes it."""
        return {name: text for name, text in asdict(self.track).items() if text}


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


@dataclass(frozen=True, slots=True)
class SetTracking:
    """What to show with a fulfillment of the store's: all of its numbers, in their order."""

    fulfillment_id: str
    tracks: tuple[Track, ...]

    @property
    def tracking(self) -> dict[str, object]:
        """Write it as Shopify takes several numbers; it has one carrier for all of them.

        Links go with their numbers by place, so that they are written all or none.
        """
        urls = [each.url for each in self.tracks]
        carriers = [each.company for each in self.tracks if each.company]
        written: dict[str, object] = {
            "company": carriers[0] if carriers else "",
            "numbers": [each.number for each in self.tracks],
            "urls": urls if all(urls) else [],
        }
        return {name: value for name, value in written.items() if value}


def next_step(package: Package, order: StoreOrder) -> Told | Tell | SetTracking:
    """Decide what to do next: nothing, because it was done, or one call for one location.

    Our own earlier effect is recognised by the tracking number. What a reprint replaces has been
    fulfilled once and cannot be again: its number joins those of the first. Raises Untellable.
    """
    ours = [each for each in order.fulfillments if each.knows(package.numbers)]
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
    replaced = what_it_replaces(package, order) if package.is_reprint else None
    if replaced:
        return SetTracking(replaced.id, (*replaced.tracks, package.track))
    raise Untellable(why_nothing_can_be_sent(missing, order))


def what_it_replaces(package: Package, order: StoreOrder) -> Fulfillment | None:
    """Give the newest fulfillment with any of the package's items; None where there is none."""
    packed = {item.line_item_id for item in package.items}
    found = [
        each
        for each in order.fulfillments
        if each.status not in VOID and packed & {item.line_item_id for item in each.items}
    ]
    return found[-1] if found else None


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
