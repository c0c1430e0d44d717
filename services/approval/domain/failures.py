"""What services could not take in, publish or delete, as a person sees it and may act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

DELIVERY = "delivery"
"""A webhook that ingest could not read."""
HELD = "held_promise"
"""What the broker does not take."""
DELETION = "deletion"
"""Files that cannot be deleted."""
PROVIDER = "provider"
"""The factory that cannot be asked."""
UNREAD = "unread"
"""Where a service cannot read on; every other kind is an event that was set aside."""
NEVER_GIVEN_UP = frozenset({HELD, DELETION, PROVIDER})
"""Nothing is wrong with what is held, and what is to be deleted must not be kept for ever."""

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
DAMAGED = (
    "The broker's disk gives these records otherwise than they were written: a mended disk or"
    " another replica may give them right"
)
UNREAD_PLAIN = (
    ("wrong checksum", DAMAGED),
    ("not given yet", DAMAGED),
    ("no whole batch", DAMAGED),
    ("AuthorizationFailed", "The service may not read the topic: give its Kafka user the right to"),
    ("offset", "This version of Platen cannot unpack these records"),
    ("", "The broker itself cannot read what it keeps there: its log may say why"),
)
NOT_DELETED = "the object store did not delete it"
DELETION_PLAIN = (
    "Whoever runs Platen has to look whether the object store answers, and lets files go"
)
OTHER_KEY = (
    "It refuses our key: make a new one there if it was revoked or lacks a right, put it into"
    " `FULFILLMENT_COMPLETEFUL_KEY`, and restart fulfillment"
)
OTHER_ADDRESS = (
    "Put the right address into `FULFILLMENT_COMPLETEFUL_URL`, and the shop's id into"
    " `FULFILLMENT_COMPLETEFUL_SHOP_ID`, and restart fulfillment"
)
PROVIDER_PLAIN = (("denies us access", OTHER_KEY), ("check its address", OTHER_ADDRESS))
"""What reasons of an absence contain, and what to do."""
PROVIDER_ELSE = (
    "Look whether it says so on its status page, and whether fulfillment's machine reaches it"
)
MEANWHILE = {
    DELIVERY: "",
    DELETION: "They are kept for longer than they should be, and tried again by themselves.",
    PROVIDER: "Approved orders wait, and of orders that are being made nothing new is heard. All"
    " of it goes on by itself.",
}
LATER_WAITS = "What came after it waits too"


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
    can_drop: bool
    waiting: int
    """How many events wait behind, at least."""

    @property
    def are_deliveries(self) -> bool:
        """Tell whether they are webhooks."""
        return self.kind == DELIVERY

    @property
    def are_held(self) -> bool:
        """Tell whether they are what the broker does not take."""
        return self.kind == HELD

    @property
    def is_provider(self) -> bool:
        """Tell whether it is the factory that cannot be asked."""
        return self.kind == PROVIDER

    @property
    def can_give_up(self) -> bool:
        """Tell whether a person may say that it is not to be tried again."""
        return self.can_drop and self.kind not in NEVER_GIVEN_UP and not self.are_deliveries

    @property
    def are_unread(self) -> bool:
        """Tell whether they are where a service cannot read on."""
        return self.kind == UNREAD

    @property
    def heading(self) -> str:
        """Say what failed, and how many of it."""
        if self.are_deliveries:
            what = "webhook" if self.count == 1 else "webhooks"
            return f"{self.count:,} {what} {self.subject} could not be read"
        if self.is_provider or self.are_unread:
            return f"{self.service} cannot {'ask' if self.is_provider else 'read on in'} {self._of}"
        first = self.newest[0]
        if self.kind == DELETION and self.subject == "file":
            what = "a file" if self.count == 1 else f"{self.count:,} files"
            return f"{self.service} cannot delete {what} that no order needs"
        if self.are_held and first.name == self.subject:
            return f"{self.service} cannot publish anything on {self.subject}"
        what = self.subject if self.subject != "unknown" else "an unknown event"
        of = first.title or first.name or "nobody"
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        if self.kind == DELETION:
            return f"{self.service} cannot delete the files of {of}{more}"
        did = "cannot publish" if self.are_held else "could not take in"
        return f"{self.service} {did} {what} of {of}{more}"

    @property
    def plain(self) -> str:
        """Say why in plain words; empty where the reason is all that is known."""
        if self.are_held or self.are_unread:
            known = HELD_PLAIN if self.are_held else UNREAD_PLAIN
            return next((words for part, words in known if part in self.reason), "")
        if self.is_provider:
            found = (words for part, words in PROVIDER_PLAIN if part in self.reason)
            return next(found, PROVIDER_ELSE)
        if self.kind == DELETION:
            return DELETION_PLAIN if self.reason.startswith(NOT_DELETED) else ""
        return next((words for start, words in PLAIN if self.reason.startswith(start)), "")

    @property
    def meanwhile(self) -> str:
        """Say what it means for as long as nobody acts; empty where the heading says it."""
        if self.kind in MEANWHILE:
            return MEANWHILE[self.kind]
        if self.are_held:
            return (
                f"It waits with what {self.service} said of it later, and is tried again by"
                " itself, every minute at least."
            )
        if self.are_unread:
            return self._waits_behind()
        if self.subject in {"ProductPublished", "ProductChanged"}:
            return f"{LATER_WAITS}, and orders may be made from an older version of the product."
        return f"{LATER_WAITS}."

    @property
    def _of(self) -> str:
        """Name what cannot be asked, or where it cannot be read on."""
        if self.is_provider:
            return self.subject
        number = self.newest[0].name.partition("/")[2].partition("@")[0]
        where = f"partition {number}" if self.count == 1 else f"{self.count:,} partitions"
        return f"{self.subject}, {where}"

    def _waits_behind(self) -> str:
        """Say what waits behind what cannot be read, and what becomes of it."""
        events = "event waits" if self.waiting == 1 else "events wait"
        said = [f"{self.waiting:,} {events} behind it, at least."] if self.waiting else []
        said.append(
            "It is tried again every five seconds, and goes on by itself once the broker gives"
            " what was written."
        )
        if not self.can_drop:
            said.append("Nobody knows where it ends, so it cannot be skipped.")
        elif not self.can_retry:
            command = f"platen unread skip {self.service} {self.newest[0].name}"
            said.append(f"{self.service} hears no button here: `{command}` has it skipped.")
        return " ".join(said)
