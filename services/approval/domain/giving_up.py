"""Giving up what a service could not take in of an order: its effect never happens."""

from services.approval.domain.acts import Act, Actor, NotNow, act
from services.approval.domain.review import Review
from shared.events import FailureDropRequested

DEAD_LETTER = "dead_letter"


def give_up(review: Review, actor: Actor, service: str) -> Act:
    """Have the service forget what it keeps of the order; raises NotNow when it keeps nothing."""
    facts = review.facts
    asides = [aside for aside in facts.stuck if aside.service == service]
    if not asides:
        raise NotNow("Nothing of it waits there any more, or it was asked about already.")
    wish = FailureDropRequested(
        service=service, kind=DEAD_LETTER, names=(review.order_id,), requested_by=actor.who
    )
    retried = facts.retried | {aside.event_id for aside in asides}
    text = f"Gave up what {service} could not take in: {asides[0].type}"
    return act(review, actor, {"retried": retried}, text, "GivenUp", wish)
