"""What an order costs the merchant, and what is left of its total."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.approval.domain.facts import Facts, age_of
from shared.events import Cost, Money, OrderQuoted, QuoteRefused


class Basis(StrEnum):
    """What a cost is made of: a quote, charges with the rest of a quote, or charges alone."""

    ESTIMATED = "estimated"
    PARTLY_ESTIMATED = "partly_estimated"
    SO_FAR = "so_far"
    """More will be charged, and there is no quote to say how much."""
    CHARGED = "charged"

    @property
    def caveat(self) -> str:
        """Say why the cost is not final; empty when it is."""
        return "" if self is Basis.CHARGED else self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Costing:
    """The cost, one amount for each currency, and the margin where it can be told.

    Nothing is left of, or lost on, what is cancelled; and two currencies are not subtracted.
    """

    amounts: tuple[Money, ...]
    basis: Basis
    margin: Money | None


def costing_of(facts: Facts) -> Costing | None:
    """Add up what is charged, and of the quote what is not charged yet; None when neither is known.

    Of a quote counts nothing more once charged orders have left the factory or are cancelled.
    """
    charges = tuple(facts.charges.values())
    quote = quote_of(facts)
    is_ended = bool(facts.cancelled or facts.withdrawn or facts.stopped) and not facts.packages
    kinds = {charge.kind for charge in charges}
    is_shipped = bool(charges and facts.packages)
    is_open = not (is_ended or is_shipped or kinds & {"shipping", "refund"})
    awaited = awaited_of(quote, is_making=bool(charges)) if is_open and quote else ()
    amounts = sums_of([*(charge.amount for charge in charges), *(cost.amount for cost in awaited)])
    if not amounts:
        return None
    return Costing(
        amounts=amounts,
        basis=basis_of(has_charges=bool(charges), has_quote=bool(awaited), is_open=is_open),
        margin=None if is_ended else margin_of(facts, amounts),
    )


def basis_of(*, has_charges: bool, has_quote: bool, is_open: bool) -> Basis:
    """Tell what a cost is made of; while it is open more will be charged."""
    if not has_charges:
        return Basis.ESTIMATED
    if has_quote:
        return Basis.PARTLY_ESTIMATED
    return Basis.SO_FAR if is_open else Basis.CHARGED


def quote_of(facts: Facts) -> OrderQuoted | None:
    """Give the quote, unless a newer question was refused."""
    quoted, refused = facts.quoted, facts.unquoted
    return None if quoted and refused and age_of(refused) > age_of(quoted) else quoted


def refusal_of(facts: Facts) -> QuoteRefused | None:
    """Give why there is no quote, unless a newer one was given, or charges tell more."""
    quoted, refused = facts.quoted, facts.unquoted
    is_old = bool(quoted and refused and age_of(quoted) > age_of(refused))
    return None if is_old or facts.charges else refused


def awaited_of(quote: OrderQuoted, *, is_making: bool) -> tuple[Cost, ...]:
    """Give what of the quote is not charged yet: the making comes first, the shipping later."""
    return tuple(cost for cost in quote.costs if cost.kind == "shipping" or not is_making)


def sums_of(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Add amounts up, each currency by itself."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor=minor, currency=currency) for currency, minor in sums.items())


def margin_of(facts: Facts, amounts: tuple[Money, ...]) -> Money | None:
    """Give what is left of the order's total; nobody pays for a reprint, so that is all cost."""
    order = facts.order
    if order is None or [amount.currency for amount in amounts] != [order.total.currency]:
        return None
    paid = 0 if facts.reprint_of else order.total.minor
    return Money(minor=paid - amounts[0].minor, currency=order.total.currency)
