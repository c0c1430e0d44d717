"""What people and programs are shown of an order's cost."""

from pydantic import AwareDatetime, BaseModel

from services.approval.domain.costing import Basis, costing_of, quote_of
from services.approval.domain.facts import Facts
from shared.events import ChargeKind, Cost, Money


class ChargeView(BaseModel):
    """One line of the ledger of charges; what was given back is negative."""

    charge_id: str
    provider: str
    kind: ChargeKind
    amount: Money
    charged_at: AwareDatetime


class QuoteView(BaseModel):
    """What the provider said that the order would cost."""

    provider: str
    costs: tuple[Cost, ...]
    total: Money
    quoted_at: AwareDatetime


class CostView(BaseModel):
    """What the order costs, one amount for each currency, and what is left of its total.

    `margin` is null for a cancelled order and when the currencies differ.
    """

    amounts: tuple[Money, ...]
    basis: Basis
    margin: Money | None
    is_loss: bool


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
    """Show the newest quote."""
    quote = quote_of(facts)
    if quote is None:
        return None
    return QuoteView(
        provider=quote.provider, costs=quote.costs, total=quote.total, quoted_at=quote.occurred_at
    )
