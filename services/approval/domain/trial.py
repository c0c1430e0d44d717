"""What rules would do to the orders that wait now, before anybody switches them on."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.approval.domain.review import Review
from services.approval.domain.rules import BY_AMOUNT, BY_PRODUCT, BY_SHOPPER, Rules


class Trial(BaseModel):
    """How many of the waiting orders each rule would approve, and all of them together."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    tried: int
    """How many orders were looked at: the newest of those that wait."""
    waiting: int
    """How many orders wait for an approval altogether."""
    by_product: int
    """How many the rule of products would approve."""
    by_amount: int
    """How many the rule of small orders would approve."""
    by_shopper: int
    """How many the rule of returning shoppers would approve."""
    approved: int
    """How many any rule would approve; an order that several would counts once."""
    overdue: int
    """How many wait for longer than `overdue_hours`."""


def try_rules(
    rules: Rules,
    reviews: Sequence[Review],
    *,
    waiting: int,
    returning: Collection[str],
    now: datetime,
) -> Trial:
    """Let the rules look at orders, and count what they would approve."""
    grounds: Counter[str] = Counter()
    approved = overdue = 0
    for review in reviews:
        found = rules.approves(review.facts, is_returning=review.order_id in returning)
        grounds.update(found)
        approved += bool(found)
        order = review.facts.order
        overdue += bool(order and rules.is_overdue(order.placed_at, now))
    return Trial(
        tried=len(reviews),
        waiting=waiting,
        by_product=grounds[BY_PRODUCT],
        by_amount=grounds[BY_AMOUNT],
        by_shopper=grounds[BY_SHOPPER],
        approved=approved,
        overdue=overdue,
    )
