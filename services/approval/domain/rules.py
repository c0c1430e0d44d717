"""Rules that a merchant may switch on: approving without a person, and waiting too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.approval.domain.facts import Facts, items_to_make
from shared.events import PrintFileReady


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything is off unless it is given: then a person decides."""

    products: frozenset[str] = frozenset()
    """Orders of nothing but these products are approved."""
    under_minor: int | None = None
    currency: str = "USD"
    returning_shoppers: bool = False
    cooling_off: timedelta = timedelta()
    """How old an order must be before a rule approves it."""
    overdue_after: timedelta | None = None

    @property
    def can_approve(self) -> bool:
        """Tell whether any rule approves anything."""
        return bool(self.products or self.under_minor is not None or self.returning_shoppers)

    def is_overdue(self, waiting_since: datetime, now: datetime) -> bool:
        """Tell whether an order has waited too long for a person."""
        return self.overdue_after is not None and waiting_since < now - self.overdue_after

    def approves(self, facts: Facts, *, is_returning: bool) -> str | None:
        """Name the rule that approves this order; None when a person must."""
        order = facts.wanted
        if order is None or has_warnings(facts):
            return None
        lines = items_to_make(order)
        outcomes = [facts.print_of(line) for line in lines]
        made = [each.product_id for each in outcomes if isinstance(each, PrintFileReady)]
        if self.products and made and self.products.issuperset(made):
            return "rule: product"
        is_small = self.under_minor is not None and order.total.minor < self.under_minor
        if is_small and order.total.currency == self.currency:
            return "rule: small order"
        if self.returning_shoppers and is_returning:
            return "rule: returning shopper"
        return None


def has_warnings(facts: Facts) -> bool:
    """Tell whether preflight noticed anything: then no rule approves, however small."""
    outcomes: Sequence[PrintFileReady] = tuple(facts.ready.values())
    return any(outcome.findings for outcome in outcomes)
