"""Rules that a merchant may switch on: approving without a person, cooling off, being overdue."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from services.approval.domain.facts import Facts
from shared.events import Money, PrintFileReady

BY_PRODUCT = "rule: product"
BY_AMOUNT = "rule: small order"
BY_SHOPPER = "rule: returning shopper"

ProductId = Annotated[str, Field(min_length=1, max_length=200)]


class Amount(Money):
    """An amount that orders stay below; at least one cent."""

    minor: int = Field(ge=1, le=100_000_000)
    """In the currency's smallest unit: 1250 is 12.50 USD."""
    currency: str = Field(pattern="^[A-Z]{3}$")
    """ISO 4217, such as `USD`."""


class Rules(BaseModel):
    """Everything is off unless it is given: then a person decides, and it goes out at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    auto_approve_products: frozenset[ProductId] = Field(default=frozenset(), max_length=1000)
    """Orders of nothing but these products are approved."""
    auto_approve_under: Amount | None = None
    """Orders with a smaller total are approved."""
    auto_approve_returning: bool = False
    """Orders of shoppers who were sent something before are approved."""
    cooling_off_minutes: float = Field(default=0, ge=0, le=10_080)
    """How long an approval, whosever it is, can be taken back before the order goes out."""
    overdue_hours: float | None = Field(default=None, gt=0, le=8760)
    """After how long a waiting order is highlighted, counted and said to be overdue."""

    @field_serializer("auto_approve_products")
    def in_order(self, products: frozenset[str]) -> list[str]:
        """Write the products in one order, so that the same rules are always the same text."""
        return sorted(products)

    @property
    def can_approve(self) -> bool:
        """Tell whether any rule approves anything."""
        products, under = self.auto_approve_products, self.auto_approve_under
        return bool(products or under or self.auto_approve_returning)

    @property
    def overdue_after(self) -> timedelta | None:
        """Give how long an order may wait for a person; None for as long as it likes."""
        return timedelta(hours=self.overdue_hours) if self.overdue_hours else None

    def goes_out_at(self, now: datetime) -> datetime | None:
        """Give when an approval of this moment goes out; None for at once."""
        cooling_off = timedelta(minutes=self.cooling_off_minutes)
        return now + cooling_off if cooling_off else None

    def is_overdue(self, waiting_since: datetime, now: datetime) -> bool:
        """Tell whether an order has waited too long for a person."""
        return self.overdue_after is not None and waiting_since < now - self.overdue_after

    def approves(self, facts: Facts, *, is_returning: bool) -> list[str]:
        """Name the rules that approve this order; none of them when a person must.

        Nor does any rule approve what preflight noticed something about, or what was approved
        before and then taken back.
        """
        order = facts.wanted
        if order is None or facts.reopened or has_warnings(facts):
            return []
        made = {ready.product_id for _, ready in facts.prints.made}
        under, total = self.auto_approve_under, order.total
        grounds = {
            BY_PRODUCT: bool(made) and made <= self.auto_approve_products,
            BY_AMOUNT: bool(under) and is_below(total, under),
            BY_SHOPPER: self.auto_approve_returning and is_returning,
        }
        return [rule for rule, is_met in grounds.items() if is_met]


def is_below(total: Money, under: Amount | None) -> bool:
    """Tell whether the total is smaller; an amount in another currency never is."""
    return under is not None and total.currency == under.currency and total.minor < under.minor


def has_warnings(facts: Facts) -> bool:
    """Tell whether preflight noticed anything: then no rule approves, however small."""
    outcomes: Sequence[PrintFileReady] = tuple(facts.ready.values())
    return any(outcome.findings for outcome in outcomes)
