"""How news are taken in: a slot for each kind of news, and in it the newest."""

from collections.abc import Callable
from typing import Any

from services.approval.domain.facts import TEST_ORDER, Facts, is_old
from shared.events import (
    ChargeRecorded,
    Event,
    EventSetAside,
    EventsReplayed,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderCancelled,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFilesDeleted,
    QuoteRefused,
    ReprintOrdered,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    TrackingCorrected,
    version_of,
)

SINGLE: dict[type[Event], str] = {
    OrderCancelled: "cancelled",
    OrderWithdrawn: "withdrawn",
    PrintFilesDeleted: "deleted",
    FulfillmentDelayed: "delayed",
    FulfillmentStarted: "started",
    FulfillmentRefused: "refused",
    FulfillmentCancelled: "stopped",
    OrderQuoted: "quoted",
    QuoteRefused: "unquoted",
}
SEVERAL: dict[type[Event], tuple[str, Callable[[Any], str]]] = {
    PrintFileReady: ("ready", lambda event: f"{event.line_item_id}:{event.item_fingerprint}"),
    PrintFileFailed: ("failed", lambda event: f"{event.line_item_id}:{event.item_fingerprint}"),
    ChargeRecorded: ("charges", lambda event: event.charge_id),
    Shipped: ("packages", lambda event: event.shipment_id),
    TrackingCorrected: ("tracking", lambda event: event.shipment_id),
    StorefrontUpdated: ("told", lambda event: event.shipment_id),
    StorefrontRefused: ("untold", lambda event: event.shipment_id),
    EventSetAside: ("aside", lambda event: event.service),
    EventsReplayed: ("replayed", lambda event: event.service),
}
OUTCOMES = {"ready", "failed"}
"""The slots of what became of lines."""


def learn(facts: Facts, event: Event, *, is_approved: bool) -> Facts:
    """Add the event; the same object comes back when it is no news."""
    if single := SINGLE.get(type(event)):
        known: Event | None = getattr(facts, single)
        return facts if is_old(event, known) else facts.model_copy(update={single: event})
    if several := SEVERAL.get(type(event)):
        return learn_another(facts, event, *several)
    if isinstance(event, OrderReceived):
        return learn_order(facts, event, is_approved=is_approved)
    raise TypeError(f"nothing is learned from {type(event).__name__}")


def learn_another(facts: Facts, event: Any, slot: str, key_of: Callable[[Any], str]) -> Facts:
    """Add one of several news of a kind, each of its own thing."""
    entries, key = getattr(facts, slot), key_of(event)
    if is_old(event, entries.get(key)):
        return facts
    if slot in OUTCOMES:
        return facts.with_outcome(slot, key, event)
    return facts.model_copy(update={slot: entries | {key: event}})


def learn_order(facts: Facts, event: OrderReceived, *, is_approved: bool) -> Facts:
    """Take the store's newer version; what a person has approved stays as it was approved."""
    slot = "later" if is_approved and facts.order else "order"
    newest = max(
        (known for known in (facts.order, facts.later) if known), key=version_of, default=None
    )
    if newest and version_of(event) <= version_of(newest):
        return facts
    first = event.reprint_of if isinstance(event, ReprintOrdered) else facts.reprint_of
    held = TEST_ORDER if event.is_test and newest is None else facts.held
    return facts.model_copy(update={slot: event, "reprint_of": first, "held": held})
