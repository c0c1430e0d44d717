"""Following an order at the provider: what is new in its answer, and when to ask again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.fulfillment.domain.answers import Package, ProviderOrder
from services.fulfillment.domain.billing import Billed, Charge
from services.fulfillment.domain.claims import Claim
from services.fulfillment.domain.placing import Placement
from services.fulfillment.domain.stages import Stage
from shared.events import ApprovedItem, Shipped, ShippedItem

POLL_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of ours, in its place in the order, with the id that the provider gave it."""

    line_item_id: str
    quantity: int
    provider_line_id: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package that has been said, with the tracking that was said of it last.

    Carrier and link are None of packages from before they were kept.
    """

    shipment_id: str
    tracking_number: str
    items: tuple[ShippedItem, ...]
    carrier: str | None = None
    tracking_url: str | None = None
    tracking_version: int = 1

    @classmethod
    def of(cls, event: Shipped) -> "Parcel":
        """Keep of the event what tells one package from another."""
        return cls(
            event.shipment_id,
            event.tracking_number,
            event.items,
            event.carrier,
            event.tracking_url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Following(Claim):
    """An order at the provider that this attempt asks about.

    `hints` counts the webhooks; one that comes while we ask makes us ask again. `changed_at` is
    the provider's clock in the newest of its answers. `said` and `ledger` are the packages and
    the charges that have been told of.
    """

    shop: str
    storefront_order_id: str
    provider_order_id: str
    stage: Stage
    lines: tuple[Line, ...]
    unchanged: int
    hints: int
    must_cancel: bool
    billed: Billed = Billed.NOTHING
    changed_at: datetime | None = None
    said: tuple[Parcel, ...] = ()
    ledger: tuple[Charge, ...] = ()

    def name_of(self, package: Package) -> str:
        """Give the shipment id under which the package is told."""
        return f"{self.provider_order_id}/{package.package_id}"


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that the provider has just taken, to be followed from now on."""

    placement: Placement
    order: ProviderOrder
    lines: tuple[Line, ...]

    @property
    def lines_as_rows(self) -> list[tuple[str, int, str]]:
        """Write the lines as they are kept."""
        return [(line.line_item_id, line.quantity, line.provider_line_id) for line in self.lines]

    def followed(self, *, must_cancel: bool) -> Following:
        """Give the order as the first attempt asks about it."""
        return Following(
            order_id=self.placement.order_id,
            shop=self.placement.approved.shop,
            storefront_order_id=self.placement.approved.storefront_order_id,
            provider_order_id=self.order.provider_order_id,
            stage=Stage.PENDING,
            lines=self.lines,
            attempts=1,
            failures=0,
            unchanged=0,
            hints=0,
            must_cancel=must_cancel,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What the provider answered about an order, and to the wish to cancel it if there was one."""

    following: Following
    order: ProviderOrder
    cancel_answer: str | None


def lines_of(items: Sequence[ApprovedItem], order: ProviderOrder) -> tuple[Line, ...]:
    """Tie our lines to the provider's by their places, where it answered with as many."""
    ids = order.line_ids if len(order.line_ids) == len(items) else ("",) * len(items)
    return tuple(
        Line(item.line_item_id, item.quantity, line_id)
        for item, line_id in zip(items, ids, strict=True)
    )


def new_packages(
    following: Following,
    order: ProviderOrder,
    said: Sequence[Parcel],
    *,
    now: datetime,
) -> list[Shipped]:
    """Give an event for each package not said yet, in the provider's order.

    A package without a number waits until it has one. One that does not say what is in it is
    taken to hold all that no other package holds.
    """
    remaining = remaining_of(following, said)
    known = {name for parcel in said for name in (parcel.shipment_id, parcel.tracking_number)}
    events = []
    for package in order.packages:
        shipment_id = following.name_of(package)
        if not package.number or not known.isdisjoint((shipment_id, package.number)):
            continue
        items = items_of(package, following, order) or _all_of(remaining)
        if not items:
            continue
        _take(remaining, items)
        known |= {shipment_id, package.number}
        events.append(_shipped(following, shipment_id, package, items, now))
    return events


def _shipped(
    following: Following,
    shipment_id: str,
    package: Package,
    items: Sequence[ShippedItem],
    now: datetime,
) -> Shipped:
    return Shipped(
        order_id=following.order_id,
        shop=following.shop,
        storefront_order_id=following.storefront_order_id,
        shipment_id=shipment_id,
        carrier=package.carrier,
        tracking_number=package.number,
        tracking_url=package.url,
        items=tuple(items),
        shipped_at=package.shipped_at or now,
    )


def items_of(package: Package, following: Following, order: ProviderOrder) -> list[ShippedItem]:
    """Translate the package's lines into ours: by the ids kept at placing, else by their places."""
    lines = following.lines
    ours = {line.provider_line_id: line for line in lines if line.provider_line_id}
    if len(order.line_ids) == len(lines):
        ours = dict(zip(order.line_ids, lines, strict=True)) | ours
    counts: dict[str, int] = {}
    for line_id, count in package.lines:
        if line_id in ours:
            name = ours[line_id].line_item_id
            counts[name] = min(ours[line_id].quantity, counts.get(name, 0) + count)
    return [ShippedItem(line_item_id=name, quantity=count) for name, count in counts.items()]


def remaining_of(following: Following, said: Sequence[Parcel]) -> dict[str, int]:
    """Count what is in no package yet."""
    remaining = {line.line_item_id: line.quantity for line in following.lines}
    for parcel in said:
        _take(remaining, parcel.items)
    return remaining


def _all_of(remaining: Mapping[str, int]) -> list[ShippedItem]:
    return [
        ShippedItem(line_item_id=name, quantity=count)
        for name, count in remaining.items()
        if count > 0
    ]


def _take(remaining: dict[str, int], items: Sequence[ShippedItem]) -> None:
    for item in items:
        if item.line_item_id in remaining:
            remaining[item.line_item_id] -= item.quantity


def is_made(stage: Stage, following: Following, said: Sequence[Parcel]) -> bool:
    """Tell whether the making is over: cancelled, or shipped with every item in a package."""
    if stage is Stage.CANCELLED:
        return True
    has_shipped = stage in {Stage.SHIPPED, Stage.DELIVERED}
    return has_shipped and all(count <= 0 for count in remaining_of(following, said).values())


def poll_seconds(unchanged: int, *, first: float, last: float) -> float:
    """Give the wait until we ask again unbidden: the longer, the longer nothing has changed."""
    return min(last, first * POLL_GROWTH ** min(unchanged, 32))
