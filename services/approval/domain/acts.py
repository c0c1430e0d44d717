"""What an action on an order is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.approval.domain.review import Review
from services.approval.domain.standing import Status
from services.approval.domain.timeline import Happening, reason_of
from shared.events import Event, OrderReceived
from shared.events.event import new_event_id

UNDER_REVIEW = {
    Status.RECEIVING_FILES,
    Status.ON_HOLD,
    Status.PRINT_FAILED,
    Status.NEEDS_APPROVAL,
}
CHANGEABLE = UNDER_REVIEW | {Status.REFUSED}
"""What the factory refused it does not have, so that it may still be made otherwise."""


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


def is_open(review: Review) -> bool:
    """Tell whether the order may be changed; one that cools off may be."""
    return review.standing.status in CHANGEABLE or review.is_cooling_off


def opened(review: Review) -> Review:
    """Give the order as it is to be changed; raises NotNow when it is too late.

    What the factory refused is before a person again, as the store has it now.
    """
    status, facts = review.standing.status, review.facts
    if not is_open(review):
        raise NotNow(f"It is too late or too early for that: it is {status.label.lower()}.")
    if status is not Status.REFUSED or facts.refused is None:
        return review
    news = {
        "retried": facts.retried | {facts.refused.event_id},
        "order": facts.later or facts.order,
        "later": None,
    }
    known = replace(review, facts=facts.model_copy(update=news))
    who, why = facts.refused.provider.capitalize(), reason_of(facts.refused)
    return known.taken_back(f"{who} refused it: {why}", had_gone_out=True)


def order_of(review: Review) -> OrderReceived:
    """Give the order; raises NotNow while only its cancellation is known."""
    if review.facts.wanted is None:
        raise NotNow("The order itself has not been heard of yet.")
    return review.facts.wanted
