"""What services could not take in or not publish, as a person sees it and may act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DELIVERY = "delivery"
"""A webhook that ingest could not read."""
HELD = "held_promise"
"""What the broker does not take; every other kind is an event that was set aside."""

PLAIN = (
    ("not JSON: ", "What the store sent is no JSON, so that nothing of it can be read"),
    ("not a readable order: ", "The order is not written as this version of Platen knows it"),
    ("too large: ", "The order is larger than what can be passed on"),
)
"""How reasons begin, and the same in plain words."""
HELD_PLAIN = (
    ("there is no topic", "The topic is missing: `platen migrate` makes it"),
    (
        "may not be written",
        "The service has no right to write the topic: give it to its Kafka user",
    ),
    ("this size", "The topic takes no events of this size: raise its max.message.bytes to 1048588"),
)
"""What reasons of the broker contain, and what to do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a service keeps for a person."""

    name: str
    title: str
    """What people know it by; empty where they know it by its name."""
    since: datetime
    size_bytes: int
    order_id: str
    """Empty where it is no order's."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures that are alike: of one service, about one subject, for one reason."""

    likeness: str
    service: str
    kind: str
    subject: str
    shop: str
    reason: str
    count: int
    first: datetime
    last: datetime
    seen: datetime
    """Those that were found up to this moment are meant when a person acts on them."""
    asked_at: datetime | None
    asked_by: str | None
    can_retry: bool
    newest: Sequence[Failure]

    @property
    def are_deliveries(self) -> bool:
        """Tell whether they are webhooks."""
        return self.kind == DELIVERY

    @property
    def are_held(self) -> bool:
        """Tell whether they are what the broker does not take."""
        return self.kind == HELD

    @property
    def heading(self) -> str:
        """Say what failed, and how many of it."""
        if self.are_deliveries:
            what = "webhook" if self.count == 1 else "webhooks"
            return f"{self.count:,} {what} {self.subject} could not be read"
        first = self.newest[0]
        if self.are_held and first.name == self.subject:
            return f"{self.service} cannot publish anything on {self.subject}"
        what = self.subject if self.subject != "unknown" else "an unknown event"
        of = first.title or first.name or "nobody"
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        did = "cannot publish" if self.are_held else "could not take in"
        return f"{self.service} {did} {what} of {of}{more}"

    @property
    def plain(self) -> str:
        """Say why in plain words; empty where the reason is all that is known."""
        if self.are_held:
            return next((words for part, words in HELD_PLAIN if part in self.reason), "")
        return next((words for start, words in PLAIN if self.reason.startswith(start)), "")
