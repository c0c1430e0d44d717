"""Tracking that the provider has corrected since a package was told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.fulfillment.domain.answers import Package, ProviderOrder
from services.fulfillment.domain.billing import is_stale
from services.fulfillment.domain.following import Following, Parcel, items_of, remaining_of
from shared.events import ShippedItem, TrackingCorrected


def corrections_of(following: Following, order: ProviderOrder) -> list[TrackingCorrected]:
    """Give an event for each package that was told otherwise; an older answer corrects nothing."""
    if is_stale(order.amounts, following.changed_at):
        return []
    told = [*told_before(following, order), *replaced(following, order)]
    found = (correction_of(following, package, parcel) for package, parcel in told)
    return [event for event in found if event]


def corrected(said: Sequence[Parcel], corrections: Sequence[TrackingCorrected]) -> list[Parcel]:
    """Give the packages that have been said as they are after the corrections."""
    newest = {event.shipment_id: event for event in corrections}
    return [
        replace(
            parcel,
            carrier=event.carrier,
            tracking_number=event.tracking_number,
            tracking_url=event.tracking_url,
            tracking_version=event.tracking_version,
        )
        if (event := newest.get(parcel.shipment_id))
        else parcel
        for parcel in said
    ]


def told_before(following: Following, order: ProviderOrder) -> list[tuple[Package, Parcel]]:
    """Find the answer's packages among those told: by their ids, or by their numbers."""
    told = {parcel.shipment_id: parcel for parcel in following.said}
    names = frozenset(told)
    found = [
        (package, parcel)
        for package in order.packages
        if (parcel := told.pop(following.name_of(package), None)) and package.number
    ]
    numbers = {parcel.tracking_number: parcel for parcel in told.values()}
    return found + [
        (package, parcel)
        for package in order.packages
        if following.name_of(package) not in names and (parcel := numbers.pop(package.number, None))
    ]


def replaced(following: Following, order: ProviderOrder) -> list[tuple[Package, Parcel]]:
    """Find packages that came in the place of one that is gone, as where numbers are the only ids.

    They hold what a package held of which the provider tells no more, and of which nothing is left
    to be sent.
    """
    told = [*following.said]
    names = {following.name_of(package) for package in order.packages}
    numbers = {package.number for package in order.packages}
    gone = [
        parcel
        for parcel in told
        if parcel.shipment_id not in names and parcel.tracking_number not in numbers
    ]
    known = {name for parcel in told for name in (parcel.shipment_id, parcel.tracking_number)}
    left = remaining_of(following, told)
    found = []
    for package in order.packages:
        if not package.number or {following.name_of(package), package.number} & known:
            continue
        items = items_of(package, following, order)
        parcel = next((each for each in gone if not items or is_same(items, each.items)), None)
        if parcel and not has_room(items, left):
            gone.remove(parcel)
            found.append((package, parcel))
    return found


def is_same(some: Sequence[ShippedItem], others: Sequence[ShippedItem]) -> bool:
    """Tell whether two packages hold the same."""
    held, other = ({each.line_item_id: each.quantity for each in items} for items in (some, others))
    return held == other


def has_room(items: Sequence[ShippedItem], left: Mapping[str, int]) -> bool:
    """Tell whether these, or anything where it is not said what, may still be to be sent."""
    if not items:
        return any(count > 0 for count in left.values())
    return all(left.get(item.line_item_id, 0) >= item.quantity for item in items)


def correction_of(
    following: Following, package: Package, parcel: Parcel
) -> TrackingCorrected | None:
    """Say what holds now; None where nothing is other. What the answer leaves out stays."""
    is_other_number = package.number != parcel.tracking_number
    carrier = package.carrier or parcel.carrier or ""
    url = package.url or ("" if is_other_number else parcel.tracking_url or "")
    is_other_carrier = parcel.carrier not in {None, carrier}
    is_other_url = parcel.tracking_url not in {None, url}
    if not (is_other_number or is_other_carrier or is_other_url):
        return None
    return TrackingCorrected(
        order_id=following.order_id,
        shop=following.shop,
        storefront_order_id=following.storefront_order_id,
        shipment_id=parcel.shipment_id,
        tracking_version=parcel.tracking_version + 1,
        carrier=carrier,
        tracking_number=package.number,
        tracking_url=url,
        replaces=parcel.tracking_number,
    )
