"""What a person may correct before an order goes out: the address, and what is printed."""

from collections.abc import Mapping
from typing import Literal

from services.approval.domain.acts import Act, Actor, NotNow, act, opened, order_of
from services.approval.domain.facts import ADDRESS, Correction, Facts
from services.approval.domain.review import Review
from services.approval.domain.versions import items_to_make, name_of_address
from shared.events import (
    Address,
    AddressCorrected,
    LineItem,
    PrintFileReady,
    PrintFileRequested,
    Property,
)

Template = Literal["pinned", "newest"]


def correct_address(review: Review, actor: Actor, address: Address) -> Act:
    """Send the order elsewhere than the store says."""
    review = opened(review)
    facts, order = review.facts, order_of(review)
    if address == order.shipping_address:
        raise NotNow("This is the address that the order has already.")
    before = facts.order.shipping_address if facts.order else None
    correction = Correction(of=name_of_address(before), address=address)
    said = AddressCorrected(
        order_id=review.order_id,
        occurred_at=actor.now,
        shipping_address=address,
        corrects=before.fingerprint if before else "",
        corrected_by=actor.who,
    )
    corrected = facts.corrected | {ADDRESS: correction}
    text = f"Corrected the address: {one_line(order.shipping_address)} → {one_line(address)}"
    return act(review, actor, {"corrected": corrected}, text, "AddressCorrected", said)


def correct_answers(
    review: Review, actor: Actor, line_item_id: str, answers: Mapping[str, str]
) -> Act:
    """Change what is printed on a line, and have it printed anew."""
    review = opened(review)
    facts, line = review.facts, line_of(review, line_item_id)
    raw = next(each for each in raw_items(facts) if each.line_item_id == line_item_id)
    unknown = set(answers) - {answer.name for answer in line.properties}
    if unknown:
        raise NotNow(f"The line has no answer named {min(unknown)[:100]}.")
    new = tuple(
        Property(name=answer.name, value=answers.get(answer.name, answer.value))
        for answer in line.properties
    )
    if new == line.properties:
        raise NotNow("These are the answers that the order has already.")
    changes = "; ".join(
        f"{old.name}: {old.value} → {answer.value}"
        for old, answer in zip(line.properties, new, strict=True)
        if old != answer
    )
    correction = Correction(of=raw.fingerprint, answers=new)
    request = PrintFileRequested(
        order_id=review.order_id,
        occurred_at=actor.now,
        line_item_id=line_item_id,
        requested_by=actor.who,
        line=line.model_copy(update={"properties": new}),
        corrects=raw.fingerprint,
    )
    change = {"corrected": facts.corrected | {line_item_id: correction}}
    return act(
        review, actor, change, f"Corrected {line.title}: {changes}", "AnswersCorrected", request
    )


def make_again(
    review: Review, actor: Actor, line_item_id: str, template: Template = "pinned"
) -> Act:
    """Have a line's print file made again; until it is there the order cannot be approved.

    With the `newest` template the order leaves the one that it was ordered with, for good.
    """
    review = opened(review)
    line = line_of(review, line_item_id)
    outcome = review.facts.print_of(line)
    if outcome is None:
        raise NotNow("It is being made at this moment.")
    request = PrintFileRequested(
        order_id=review.order_id,
        occurred_at=actor.now,
        line_item_id=line_item_id,
        requested_by=actor.who,
        template=template,
    )
    what = "print file" if isinstance(outcome, PrintFileReady) else "print file that failed"
    text = f"Asked for the {what} of {line.title} to be made again"
    if template == "newest":
        text += ", from the newest template"
    retried = review.facts.retried | {outcome.event_id}
    return act(review, actor, {"retried": retried}, text, "PrintFileRequested", request)


def line_of(review: Review, line_item_id: str) -> LineItem:
    """Give a line that is made; raises NotNow when the order has none of this id."""
    for line in items_to_make(order_of(review)):
        if line.line_item_id == line_item_id:
            return line
    raise NotNow("The order has no such line that is made and shipped.")


def raw_items(facts: Facts) -> tuple[LineItem, ...]:
    """Give the lines as the store says them."""
    return facts.order.items if facts.order else ()


def one_line(address: Address | None) -> str:
    """Write an address as one line."""
    if address is None:
        return "none"
    parts = (address.name, address.line1, address.line2, address.city, address.region)
    return ", ".join(part for part in (*parts, address.postal_code, address.country) if part)
