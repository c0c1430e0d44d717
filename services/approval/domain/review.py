"""A review: one order before a person, from the first news of it to the last.

An approval may cool off for a while before it goes out. Until then it stands for exactly what was
approved: whatever makes that different takes the approval back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from services.approval.domain.facts import NOTHING, Decision, Facts
from services.approval.domain.learning import learn
from services.approval.domain.search import words_differ
from services.approval.domain.snapshot import Snapshot, is_ready, snapshot_of
from services.approval.domain.standing import Standing, standing_of
from services.approval.domain.timeline import Happening, happening_of
from shared.events import Event


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said yes, and when; and when it goes out, None once it has."""

    approved_at: datetime
    approved_by: str
    goes_out_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """An order's facts, its approval if there is one, and what is or was to be approved.

    `revision` counts the changes; who writes a review says which revision was read.
    """

    order_id: str
    facts: Facts = NOTHING
    approval: Approval | None = None
    snapshot: Snapshot | None = None
    revision: int = 0
    has_new_words: bool = False
    """Whether other words find the order now than when it was read."""

    @property
    def standing(self) -> Standing:
        """Tell where the order stands."""
        return standing_of(self.facts, is_approved=self.approval is not None)

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for an approval: there is something to approve, and nobody has."""
        return self.approval is None and self.snapshot is not None

    @property
    def is_cooling_off(self) -> bool:
        """Tell whether it is approved and can still be taken back."""
        return self.approval is not None and self.approval.goes_out_at is not None

    @property
    def is_final(self) -> bool:
        """Tell whether the approval has gone out: from then on nothing changes what is made."""
        return self.approval is not None and self.approval.goes_out_at is None

    @property
    def seen_hash(self) -> str:
        """Give the hash of what a person may still decide on; empty when there is nothing."""
        return self.snapshot.hash if self.snapshot and not self.is_final else ""

    def hear(self, event: Event) -> tuple["Review", Happening | None]:
        """Learn from the event, and tell what to write on the timeline; None when it is no news."""
        facts = learn(self.facts, event, is_approved=self.is_final)
        if facts is self.facts:
            return self, None
        happening = happening_of(event, self.facts, facts, self.seen_hash)
        review = self.with_facts(facts, because=happening.text)
        if self.approval and not review.approval:
            text = f"{happening.text}; the approval is taken back"
            happening = happening._replace(text=text)
        return review, happening

    def with_facts(self, facts: Facts, *, because: str) -> "Review":
        """Take new facts; the snapshot follows them until the approval has gone out.

        An approval of another snapshot is taken back, because of what the facts say.
        """
        snapshot = self.snapshot_with(facts)
        words = self.has_new_words or words_differ(self.facts, facts)
        known = Review(self.order_id, facts, self.approval, snapshot, self.revision, words)
        is_same = snapshot is self.snapshot or hash_of(snapshot) == hash_of(self.snapshot)
        return known.taken_back(because) if self.approval and not is_same else known

    def snapshot_with(self, facts: Facts) -> Snapshot | None:
        """Give what would be approved by these facts; what has gone out was approved for good."""
        if self.is_final:
            return self.snapshot
        if self.snapshot and facts.prints is self.facts.prints and is_ready(facts):
            return self.snapshot
        return snapshot_of(facts)

    def as_saved(self) -> "Review":
        """Give the review as who reads it next finds it."""
        return Review(self.order_id, self.facts, self.approval, self.snapshot, self.revision + 1)

    def taken_back(self, because: str, *, had_gone_out: bool = False) -> "Review":
        """Take back the approval, and keep the reason for the next person."""
        if self.approval is None:
            return self
        who = self.approval.approved_by
        reopened = Decision(who=who, reason=because, had_gone_out=had_gone_out)
        facts = self.facts.model_copy(update={"reopened": reopened})
        return replace(self, facts=facts, approval=None)


def hash_of(snapshot: Snapshot | None) -> str:
    """Give the snapshot's hash; empty when there is none."""
    return snapshot.hash if snapshot else ""


def hear_all(
    reviews: Mapping[str, Review], events: Sequence[Event]
) -> tuple[list[Review], list[Happening]]:
    """Let each review hear its events; give what happened, and the reviews that changed.

    These are in the order of their ids, in which they are locked and their approvals promised.
    """
    changed: dict[str, Review] = {}
    happenings = []
    for event in events:
        key = event.key
        review, happening = (changed.get(key) or reviews[key]).hear(event)
        if happening:
            changed[key] = review
            happenings.append(happening)
    return sorted(changed.values(), key=attrgetter("order_id")), happenings
