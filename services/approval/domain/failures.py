"""What other services could not take in, as a person sees it and may act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DELIVERY = "delivery"
"""A webhook that ingest could not read; every other kind is an event that was set aside."""

PLAIN = (
    ("not JSON: ", "What the store sent is no JSON, so that nothing of it can be read"),
    ("not a readable order: ", "The order is not written as this version of Platen knows it"),
    ("too large: ", "The order is larger than what can be passed on"),
)
"""How reasons begin, and the same in plain words."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a service keeps for a person."""

    name: str
    title: str
    """What people know it by; empty where they know it by its name."""
    since: datetime
    size_bytes: int


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
    newest: Sequence[Failure]

    @property
    def are_deliveries(self) -> bool:
        """Tell whether they are webhooks."""
        return self.kind == DELIVERY

    @property
    def heading(self) -> str:
        """Say what failed, and how many of it."""
        if self.are_deliveries:
            what = "webhook" if self.count == 1 else "webhooks"
            return f"{self.count:,} {what} {self.subject} could not be read"
        what = self.subject if self.subject != "unknown" else "an unknown event"
        first = self.newest[0]
        of = first.title or first.name or "nobody"
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        return f"{self.service} could not take in {what} of {of}{more}"

    @property
    def plain(self) -> str:
        """Say why in plain words; empty where the reason is all that is known."""
        return next((words for start, words in PLAIN if self.reason.startswith(start)), "")
