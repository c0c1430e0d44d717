"""What an order says of itself that the factory refused and a person corrected."""

from dataclasses import replace

from services.approval.domain import Approval, Review
from services.approval.domain.acts import Actor
from services.approval.domain.corrections import correct_address
from tests.support.events import (
    ADDRESS,
    MOMENT,
    fulfillment_refused,
    order_id,
    order_received,
    print_file_ready,
)


def refused() -> Review:
    review = Review(order_id())
    for event in (order_received(), print_file_ready()):
        review, _ = review.hear(event)
    review = replace(review, approval=Approval(MOMENT, "merchant"))
    review, _ = review.hear(fulfillment_refused(reason="the street is too long: shorten it."))
    return review


def test_it_was_sent_and_refused_and_waits_to_be_sent_again() -> None:
    address = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})

    done = correct_address(refused(), Actor("merchant", MOMENT), address)

    [concern] = done.review.standing.concerns
    assert concern.text == (
        "Approved by merchant and sent, but Completeful refused it: the street is too long: "
        "shorten it. Approve it again to send it"
    )


def test_the_factory_is_named_once() -> None:
    review = refused()
    review, happening = review.hear(fulfillment_refused(reason="Completeful: no such city"))
    address = ADDRESS.model_copy(update={"city": "Dallas"})

    [concern] = correct_address(review, Actor("merchant", MOMENT), address).review.standing.concerns

    assert happening is not None
    assert happening.text == "Refused by Completeful: no such city"
    assert "Completeful refused it: no such city." in concern.text
