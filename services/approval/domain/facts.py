"""What is known of an order: the newest news of each kind, in whatever order they came.

Each kind of news has a slot of its own and a slot keeps the newest. So the same news give the same
facts in every order of arrival, and news that are told twice or late change nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from services.approval.domain.prints import Outcome, Prints, prints_of
from services.approval.domain.versions import name_of_address
from shared.events import (
    Address,
    ChargeRecorded,
    Event,
    EventSetAside,
    EventsReplayed,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    LineItem,
    OrderCancelled,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFilesDeleted,
    Property,
    QuoteRefused,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    TrackingCorrected,
)


class Decision(BaseModel):
    """What a person, or Platen for one, decided of an order before its approval, and why."""

    model_config = ConfigDict(frozen=True)

    who: str
    reason: str
    had_gone_out: bool = False
    """Of an approval that did not hold: whether the factory had been asked by then."""


TRIED_OUT = "a test order, and the factory would charge for it. Release it to have it made"
TEST_ORDER = Decision(who="Platen", reason=TRIED_OUT)
"""Why a test order is held when it is first heard of; a person may release it."""


class Correction(BaseModel):
    """A person's version of what the store says; it holds until the store says otherwise.

    `of` is the store's version that was corrected. When the store has another one, that is newer
    than the correction, and the person has not seen it.
    """

    model_config = ConfigDict(frozen=True)

    of: str
    address: Address | None = None
    answers: tuple[Property, ...] = ()


ADDRESS = "address"
"""The name under which the corrected address is kept; the others are ids of lines."""


EMPTY: Any = Field(default_factory=dict)
"""Nothing so far; a default of `{}` is copied by `deepcopy` each time."""

DECIDES_PRINTS = frozenset({"order", "corrected", "ready", "failed", "retried"})
"""The facts that `prints` are worked out of."""


class Facts(BaseModel):
    """Everything that decides where an order stands, the approval excepted."""

    # Of facts that cannot be read the log tells where, and nothing of the shopper's.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order: OrderReceived | None = None
    """The order as it is to be approved, or as it was approved."""
    later: OrderReceived | None = None
    """What the store said of the order after it had been approved."""
    cancelled: OrderCancelled | None = None
    withdrawn: OrderWithdrawn | None = None
    ready: dict[str, PrintFileReady] = EMPTY
    failed: dict[str, PrintFileFailed] = EMPTY
    deleted: PrintFilesDeleted | None = None
    delayed: FulfillmentDelayed | None = None
    started: FulfillmentStarted | None = None
    refused: FulfillmentRefused | None = None
    stopped: FulfillmentCancelled | None = None
    quoted: OrderQuoted | None = None
    unquoted: QuoteRefused | None = None
    charges: dict[str, ChargeRecorded] = EMPTY
    packages: dict[str, Shipped] = EMPTY
    tracking: dict[str, TrackingCorrected] = EMPTY
    """What holds of packages whose tracking was corrected after they had left."""
    told: dict[str, StorefrontUpdated] = EMPTY
    untold: dict[str, StorefrontRefused] = EMPTY
    aside: dict[str, EventSetAside] = EMPTY
    replayed: dict[str, EventsReplayed] = EMPTY
    retried: frozenset[str] = frozenset()
    """The outcomes, by event id, after which a person has asked for another attempt."""
    held: Decision | None = None
    rejected: Decision | None = None
    corrected: dict[str, Correction] = EMPTY
    reopened: Decision | None = None
    """Whose approval did not hold until the order went out, and why."""
    reprint_of: str = ""
    """The order that this one makes once more."""

    @property
    def wanted(self) -> OrderReceived | None:
        """Give the order as it is to be made: the store's, with what a person has corrected."""
        if self.order is None or not self.corrected:
            return self.order
        return self.order.model_copy(
            update={
                "shipping_address": self._address_of(self.order),
                "items": tuple(self._line_of(line) for line in self.order.items),
            }
        )

    def _address_of(self, order: OrderReceived) -> Address | None:
        correction = self.corrected.get(ADDRESS)
        holds = correction and correction.of == name_of_address(order.shipping_address)
        return correction.address if correction and holds else order.shipping_address

    def _line_of(self, line: LineItem) -> LineItem:
        correction = self.corrected.get(line.line_item_id)
        if correction is None or correction.of != line.fingerprint:
            return line
        return line.model_copy(update={"properties": correction.answers})

    @cached_property
    def prints(self) -> Prints:
        """Give the lines that are made, with what became of each."""
        return prints_of(self.wanted, self.outcome_of)

    def print_of(self, line: LineItem) -> Outcome | None:
        """Give the newest outcome for this version of the line; None while one is awaited."""
        return self.outcome_of(line.line_item_id, line.fingerprint)

    def outcome_of(self, line_item_id: str, fingerprint: str) -> Outcome | None:
        """Give the newest outcome for the version of a line that has this fingerprint."""
        for key in (f"{line_item_id}:{fingerprint}", f"{line_item_id}:"):
            ready, failed = self.ready.get(key), self.failed.get(key)
            if failed and (ready is None or age_of(failed) > age_of(ready)):
                return None if failed.event_id in self.retried else failed
            if ready:
                return None if ready.event_id in self.retried else ready
        return None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy them; what was worked out of anything that is different now is forgotten."""
        facts = super().model_copy(update=update, deep=deep)
        if update and not DECIDES_PRINTS.isdisjoint(update):
            vars(facts).pop("prints", None)
        return facts

    def with_outcome(self, slot: str, key: str, outcome: Outcome) -> Self:
        """Add what became of a line; the other lines are not looked at again."""
        facts = self.model_copy(update={slot: getattr(self, slot) | {key: outcome}})
        prints = self.prints.after_news_of(outcome.line_item_id, facts.outcome_of)
        vars(facts)["prints"] = prints
        return facts

    @property
    def stuck(self) -> list[EventSetAside]:
        """Give the news that services could not take in, and that nobody has retried since."""
        return [
            aside
            for service, aside in self.aside.items()
            if aside.event_id not in self.retried and not is_old(aside, self.replayed.get(service))
        ]

    def is_in_store(self, shipment_id: str) -> bool:
        """Tell whether the store knows of the package, and of the tracking that holds now."""
        told, corrected = self.told.get(shipment_id), self.tracking.get(shipment_id)
        return told is not None and told.tracking_version >= (
            corrected.tracking_version if corrected else 1
        )

    @property
    def refusals(self) -> list[StorefrontRefused]:
        """Give why the store does not know of packages, unless it was told since or is asked."""
        return [
            refusal
            for shipment_id, refusal in self.untold.items()
            if not (
                (told := self.told.get(shipment_id))
                and told.tracking_version >= refusal.tracking_version
            )
            and refusal.event_id not in self.retried
        ]

    @property
    def delay(self) -> FulfillmentDelayed | None:
        """Give why the approved order waits; None when that was an earlier approval's delay."""
        return None if self.delayed and is_old(self.delayed, self.refused) else self.delayed

    def has_files(self, ready: PrintFileReady) -> bool:
        """Tell whether the files still exist; False when they were deleted after the end."""
        return self.deleted is None or age_of(ready) > age_of(self.deleted)


NOTHING = Facts()
"""What is known of an order that has not been heard of."""


def age_of(event: Event) -> tuple[datetime, str]:
    """Order the news of one slot; all of them are said by one service, so by one clock."""
    return event.occurred_at, event.event_id


def is_old(event: Event, known: Event | None) -> bool:
    """Tell whether the slot has this news already, or newer."""
    return known is not None and age_of(event) <= age_of(known)
