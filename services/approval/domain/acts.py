"""What an action on an order is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.approval.domain.review import Review
from services.approval.domain.standing import Status
from services.approval.domain.timeline import Happening
from shared.events import Event, OrderReceived
from shared.events.event import new_event_id

UNDER_REVIEW = {
    Status.RECEIVING_FILES,
    Status.ON_HOLD,
    Status.PRINT_FAILED,
    Status.NEEDS_APPROVAL,
}


class NotNow(Exception):
    """What was asked for cannot be done with the order as it stands."""


@dataclass(frozen=True, slots=True)
class Act:
    """What to say, and how the review stands afterwards."""

    review: Review
    events: tuple[Event, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when."""

    who: str
    now: datetime


def act(
    review: Review, actor: Actor, change: Mapping[str, object], text: str, kind: str, *events: Event
) -> Act:
    """Put together the change, its entry on the timeline, and what is said."""
    happening = Happening(
        order_id=review.order_id,
        event_id=events[0].event_id if events else new_event_id(),
        happened_at=actor.now,
        kind=kind,
        who=actor.who,
        text=text,
        seen_hash=review.seen_hash,
    )
    facts = review.facts.model_copy(update=change)
    return Act(review.with_facts(facts, because=text), events, (happening,))


def require_open(review: Review) -> None:
    """Raise NotNow when it is too late for a change; one that cools off may still be changed."""
    status = review.standing.status
    if status not in UNDER_REVIEW and not review.is_cooling_off:
        raise NotNow(f"It is too late or too early for that: it is {status.label.lower()}.")


def order_of(review: Review) -> OrderReceived:
    """Give the order; raises NotNow while only its cancellation is known."""
    if review.facts.wanted is None:
        raise NotNow("The order itself has not been heard of yet.")
    return review.facts.wanted
