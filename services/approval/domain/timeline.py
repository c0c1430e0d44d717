"""The timeline: what happened to an order, who did it and when, in a person's words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from services.approval.domain.facts import Facts
from services.approval.domain.versions import differences
from services.approval.domain.words import as_money
from shared.events import (
    ChargeRecorded,
    Event,
    EventSetAside,
    EventsReplayed,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFileRequested,
    PrintFilesDeleted,
    QuoteRefused,
    ReplayRequested,
    ReprintOrdered,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    StorefrontUpdateRequested,
    TrackingCorrected,
)


class Happening(NamedTuple):
    """One entry of the timeline; `seen_hash` is of the snapshot that this entry made outdated."""

    order_id: str
    event_id: str
    happened_at: datetime
    kind: str
    who: str
    text: str
    seen_hash: str = ""


DELETED = {
    "kept_long_enough": "Print files and photos deleted: they were kept long enough",
    "asked_for": "Print files, photos and answers deleted, as a person asked for",
}


def received(event: OrderReceived) -> str:
    """Say which order came, and whether it is a trial."""
    what = "Test order" if event.is_test else "Order"
    return f"{what} {event.order_number} received"


def quoted(event: OrderQuoted) -> str:
    """Say what the order would cost, and what for."""
    costs = ", ".join(f"{cost.kind} {as_money(cost.amount)}" for cost in event.costs)
    return joined(f"{event.provider.capitalize()} would charge {as_money(event.total)}", costs)


def charged(event: ChargeRecorded) -> str:
    """Say what was charged, and what for."""
    who = event.provider.capitalize()
    given = as_money(event.amount.model_copy(update={"minor": -event.amount.minor}))
    if event.kind == "refund":
        return f"{who} gave {given} back"
    if event.kind == "discount":
        return f"{who} gave a discount of {given}"
    if event.kind == "adjustment":
        return f"{who} adjusted its charges by {as_money(event.amount)}"
    what = "the product" if event.kind == "product" else event.kind
    return f"{who} charged {as_money(event.amount)} for {what}"


def tracking_corrected(event: TrackingCorrected) -> str:
    """Say which tracking holds now, and which number does not any more."""
    now = f"{event.carrier}, {event.tracking_number}"
    if event.tracking_number == event.replaces:
        return f"Tracking corrected: {now}"
    return f"Tracking corrected: {now} instead of {event.replaces}"


WORDS: dict[type[Event], tuple[str, Callable[[Any], str]]] = {
    OrderReceived: ("store", received),
    OrderChanged: ("store", received),
    OrderCancelled: (
        "store",
        lambda event: joined("Cancelled in the store", event.reason),
    ),
    OrderWithdrawn: ("", lambda event: joined("Cancelled", event.reason)),
    ReprintOrdered: ("", lambda event: f"Ordered once more as {event.order_number}"),
    PrintFileReady: ("print files", lambda _: "Print file ready"),
    PrintFileFailed: ("print files", lambda event: joined("Print file failed", event.reason)),
    PrintFileRequested: ("", lambda _: "Asked for the print file to be made again"),
    PrintFilesDeleted: ("print files", lambda event: DELETED[event.why]),
    FulfillmentDelayed: (
        "factory",
        lambda event: joined(f"Waits for {event.provider.capitalize()}", event.reason),
    ),
    FulfillmentStarted: (
        "factory",
        lambda event: f"Accepted by {event.provider.capitalize()} as {event.provider_order_id}",
    ),
    FulfillmentRefused: (
        "factory",
        lambda event: joined(f"Refused by {event.provider.capitalize()}", reason_of(event)),
    ),
    FulfillmentCancelled: (
        "factory",
        lambda event: joined(f"Cancelled by {event.provider.capitalize()}", reason_of(event)),
    ),
    OrderQuoted: ("factory", quoted),
    QuoteRefused: (
        "factory",
        lambda event: joined("No quote", event.reason),
    ),
    ChargeRecorded: ("factory", charged),
    Shipped: ("factory", lambda event: f"Shipped with {event.carrier}, {event.tracking_number}"),
    TrackingCorrected: ("factory", tracking_corrected),
    StorefrontUpdated: (
        "store",
        lambda event: f"The store knows tracking number {event.tracking_number}",
    ),
    StorefrontRefused: ("store", lambda event: joined("The store was not updated", event.reason)),
    StorefrontUpdateRequested: ("", lambda _: "Asked for the store to be updated again"),
    EventSetAside: ("platen", lambda event: f"{event.service} could not take in {event.type}"),
    EventsReplayed: ("platen", lambda event: f"{event.service} is up to date again"),
    ReplayRequested: ("", lambda event: f"Asked {event.service} to take it in again"),
}


def happening_of(
    event: Event, before: Facts, after: Facts, seen_hash: str = "", *, who: str = ""
) -> Happening:
    """Write the entry for an event that changed the facts."""
    actor, text_of = WORDS[type(event)]
    return Happening(
        order_id=event.key,
        event_id=event.event_id,
        happened_at=event.occurred_at,
        kind=type(event).__name__,
        who=who or actor,
        text=change_of(before, after) or text_of(event),
        seen_hash=seen_hash,
    )


def reason_of(event: FulfillmentRefused | FulfillmentCancelled) -> str:
    """Give the provider's reason without its name, for where that is said already."""
    return event.reason.removeprefix(f"{event.provider.capitalize()}: ")


def gone_out(event: OrderApproved) -> Happening:
    """Write the entry for an approval that has cooled off."""
    return Happening(
        order_id=event.key,
        event_id=event.event_id,
        happened_at=event.occurred_at,
        kind="ApprovalWentOut",
        who=event.approved_by,
        text="Sent to be made",
    )


def change_of(before: Facts, after: Facts) -> str:
    """Say what is different in a new version of the order; empty when this is no new version."""
    if after.later is not before.later and after.later and after.order:
        found = differences(after.order, after.later)
        return (
            f"Changed in the store after the approval: {', '.join(found) or 'nothing that matters'}"
        )
    if before.order and after.order and after.order is not before.order:
        found = differences(before.order, after.order)
        return f"Changed in the store: {', '.join(found) or 'nothing that matters'}"
    return ""


def joined(what: str, why: str) -> str:
    """Add the reason where there is one."""
    return f"{what}: {why}" if why else what
