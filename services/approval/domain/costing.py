"""What an order costs the merchant, and what is left of its total."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.approval.domain.approvable import approved_item
from services.approval.domain.facts import Facts, age_of
from services.approval.domain.versions import items_to_make
from shared.events import Cost, Money, OrderQuoted, QuoteRefused, quote_fingerprint


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
    quote, is_ended = quote_of(facts), has_ended(facts)
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


def has_ended(facts: Facts) -> bool:
    """Tell whether the order was cancelled in time."""
    return bool(facts.cancelled or facts.withdrawn or facts.stopped) and not facts.packages


def answers_of(facts: Facts) -> list[OrderQuoted | QuoteRefused]:
    """Give what the provider has said of the cost, the newest first."""
    answers = [each for each in (facts.quoted, facts.unquoted) if each]
    return sorted(answers, key=age_of, reverse=True)


def answer_of(facts: Facts) -> OrderQuoted | QuoteRefused | None:
    """Give the newest answer that is of the order as it is to be made now.

    Who could not read the order cannot say of which version it refuses a quote: that is the answer
    until there is another.
    """
    if not (answers := answers_of(facts)):
        return None
    if isinstance(answers[0], QuoteRefused) and not answers[0].fingerprint:
        return answers[0]
    now = fingerprint_of(facts)
    return next((each for each in answers if each.fingerprint == now), None)


def is_quote_awaited(facts: Facts) -> bool:
    """Tell whether what costs has changed since the provider answered.

    It is asked again, unless quotes were switched off meanwhile, which nobody says.
    """
    is_asked = not (facts.started or facts.charges or facts.packages or has_ended(facts))
    return is_asked and bool(answers_of(facts)) and answer_of(facts) is None


def quote_of(facts: Facts) -> OrderQuoted | None:
    """Give the quote of the order as it is now, unless a newer question was refused."""
    answer = answer_of(facts)
    return answer if isinstance(answer, OrderQuoted) else None


def refusal_of(facts: Facts) -> QuoteRefused | None:
    """Give why there is no quote, unless a newer one was given, or charges tell more."""
    answer = None if facts.charges else answer_of(facts)
    return answer if isinstance(answer, QuoteRefused) else None


def fingerprint_of(facts: Facts) -> str:
    """Name what a quote of the order would be of; empty while a line has never had its files.

    What a line costs is known from its newest files, also while others are made.
    """
    order = facts.wanted
    if order is None:
        return ""
    newest = {ready.line_item_id: ready for ready in sorted(facts.ready.values(), key=age_of)}
    lines = items_to_make(order)
    if any(line.line_item_id not in newest for line in lines):
        return ""
    items = [approved_item(line, newest[line.line_item_id]) for line in lines]
    return quote_fingerprint(order.shipping_address, items)


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
