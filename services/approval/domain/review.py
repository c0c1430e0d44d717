"""A review: one order before a person, from the first news of it to the last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.approval.domain.facts import Facts, learn
from services.approval.domain.search import words_differ
from services.approval.domain.snapshot import Snapshot, snapshot_of
from services.approval.domain.standing import Standing, standing_of
from services.approval.domain.timeline import Happening, happening_of
from shared.events import Event


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said yes, and when."""

    approved_at: datetime
    approved_by: str


@dataclass(frozen=True, slots=True)
class Review:
    """An order's facts, its approval if there is one, and what is or was to be approved.

    `revision` counts the changes; who writes a review says which revision was read.
    """

    order_id: str
    facts: Facts = field(default_factory=Facts)
    approval: Approval | None = None
    snapshot: Snapshot | None = None
    revision: int = 0
    has_new_words: bool = False
    """Whether other words find the order now than when it was read."""

    @property
    def standing(self) -> Standing:
        """Tell where the order stands."""
        return standing_of(self.facts, is_approved=self.approval is not None)

    def hear(self, event: Event) -> tuple["Review", Happening | None]:
        """Learn from the event, and tell what to write on the timeline; None when it is no news."""
        facts = learn(self.facts, event, is_approved=self.approval is not None)
        if facts is self.facts:
            return self, None
        seen = self.snapshot.hash if self.snapshot and not self.approval else ""
        return self.with_facts(facts), happening_of(event, self.facts, facts, seen)

    def with_facts(self, facts: Facts) -> "Review":
        """Take new facts; the snapshot follows them until it is approved, and never after."""
        snapshot = self.snapshot if self.approval else snapshot_of(facts)
        has_new_words = self.has_new_words or words_differ(self.facts, facts)
        return replace(self, facts=facts, snapshot=snapshot, has_new_words=has_new_words)


def hear_all(
    reviews: Mapping[str, Review], events: Sequence[Event]
) -> tuple[list[Review], list[Happening]]:
    """Let each review hear its events; give the reviews that changed and what happened."""
    changed: dict[str, Review] = {}
    happenings = []
    for event in events:
        review, happening = changed.get(event.key, reviews[event.key]).hear(event)
        if happening:
            changed[event.key] = review
            happenings.append(happening)
    return list(changed.values()), happenings
