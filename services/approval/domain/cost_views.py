"""What people and programs are shown of an order's cost."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.approval.domain.costing import Basis, costing_of, quote_of
from services.approval.domain.facts import Facts
from shared.events import ChargeKind, Cost, Money


class ChargeView(BaseModel):
    """One line of the ledger of charges; what was given back is negative."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_id: str
    """The provider's id of this line; the same one is never charged twice."""
    provider: str
    """Who charges, such as `completeful`."""
    kind: ChargeKind
    """What the amount is for."""
    amount: Money
    """Negative for discounts and refunds; adjustments may be either."""
    charged_at: AwareDatetime
    """When the provider charged it."""


class QuoteView(BaseModel):
    """What the provider said that the order would cost."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    provider: str
    """Who quotes."""
    costs: tuple[Cost, ...]
    """The parts of the total."""
    total: Money
    """Their sum."""
    quoted_at: AwareDatetime
    """When it was said."""


class CostView(BaseModel):
    """What the order costs, one amount for each currency, and what is left of its total.

    `margin` is null for a cancelled order and when the currencies differ.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    amounts: tuple[Money, ...]
    """One amount for each currency; charged so far, and quoted for the rest."""
    basis: Basis
    """How final it is."""
    margin: Money | None
    """The order's total without the cost; see above for null."""
    is_loss: bool
    """Whether the margin is below zero."""


def cost_view(facts: Facts) -> CostView | None:
    """Show the cost; None while it is not known."""
    costing = costing_of(facts)
    if costing is None:
        return None
    return CostView(
        amounts=costing.amounts,
        basis=costing.basis,
        margin=costing.margin,
        is_loss=costing.margin is not None and costing.margin.minor < 0,
    )


def charge_views(facts: Facts) -> list[ChargeView]:
    """Show the charges in the order in which they were made."""
    charges = sorted(
        facts.charges.values(), key=lambda charge: (charge.charged_at, charge.event_id)
    )
    return [
        ChargeView(
            charge_id=charge.charge_id,
            provider=charge.provider,
            kind=charge.kind,
            amount=charge.amount,
            charged_at=charge.charged_at,
        )
        for charge in charges
    ]


def quote_view(facts: Facts) -> QuoteView | None:
    """Show the quote of the order as it is now."""
    quote = quote_of(facts)
    if quote is None:
        return None
    return QuoteView(
        provider=quote.provider, costs=quote.costs, total=quote.total, quoted_at=quote.occurred_at
    )
