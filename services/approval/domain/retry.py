"""Another attempt at what failed, because a person asked for one."""

from collections.abc import Iterator
from datetime import datetime

from services.approval.domain.acts import Act
from services.approval.domain.review import Review
from services.approval.domain.snapshot import approval_event
from services.approval.domain.standing import Status, stage_of
from services.approval.domain.timeline import Happening, happening_of
from shared.events import (
    Event,
    OrderApproved,
    PrintFileFailed,
    PrintFileRequested,
    ReplayRequested,
    StorefrontUpdateRequested,
)


def retry(review: Review, who: str, now: datetime) -> Act | None:
    """Ask again for everything that failed; None when nothing did."""
    attempts = dict(attempts_of(review, who, now))
    if not attempts:
        return None
    retried = review.facts.retried | frozenset(attempts)
    facts = review.facts.model_copy(update={"retried": retried})
    happenings = [
        Happening(
            order_id=review.order_id,
            event_id=event.event_id,
            happened_at=now,
            kind="Reapproved",
            who=who,
            text="Sent to the factory again as it was approved",
        )
        if isinstance(event, OrderApproved)
        else happening_of(event, facts, facts, who=who)
        for event in attempts.values()
    ]
    review = review.with_facts(facts, because=happenings[0].text)
    return Act(review, tuple(attempts.values()), tuple(happenings))


def attempts_of(review: Review, who: str, now: datetime) -> Iterator[tuple[str, Event]]:
    """Give each failure's id with the event that asks for another attempt."""
    facts = review.facts
    for aside in facts.stuck:
        yield (
            aside.event_id,
            ReplayRequested(
                order_id=review.order_id, occurred_at=now, service=aside.service, requested_by=who
            ),
        )
    yield from attempts_at_stage(review, who, now)


def attempts_at_stage(review: Review, who: str, now: datetime) -> Iterator[tuple[str, Event]]:
    """Give what can be asked for where the order stands."""
    facts = review.facts
    standing = stage_of(facts, is_approved=review.approval is not None)
    if not standing.can_retry:
        return
    if standing.status is Status.REFUSED and facts.refused and review.snapshot:
        yield facts.refused.event_id, approval_event(review.snapshot.body, who, now)
    for refusal in facts.refusals:
        yield (
            refusal.event_id,
            StorefrontUpdateRequested(
                order_id=review.order_id,
                occurred_at=now,
                shipment_id=refusal.shipment_id,
                requested_by=who,
            ),
        )
    if review.approval is None:
        for outcome in facts.prints.halts:
            if isinstance(outcome, PrintFileFailed):
                yield (
                    outcome.event_id,
                    PrintFileRequested(
                        order_id=review.order_id,
                        occurred_at=now,
                        line_item_id=outcome.line_item_id,
                        requested_by=who,
                    ),
                )
