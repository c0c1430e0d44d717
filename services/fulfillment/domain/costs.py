"""What an order costs, part by part, from the amounts that the provider writes."""

from decimal import Decimal

from services.fulfillment.domain.answers import Amounts
from shared.events import ChargeKind, Money

Parts = dict[ChargeKind, int]
"""Amounts in minor units by what they are for."""


def parts_of(amounts: Amounts) -> Parts | None:
    """Give what the making costs: the products with tax and discount; None when that is unknown."""
    tax, discount = minor_of(amounts.tax, amounts), abs(minor_of(amounts.discount, amounts))
    if amounts.subtotal is not None:
        product = minor_of(amounts.subtotal, amounts)
    elif amounts.total is not None and amounts.shipping is not None:
        rest = minor_of(amounts.total, amounts) - minor_of(amounts.shipping, amounts)
        product = rest - tax + discount
    else:
        return None
    return {"product": product, "tax": tax, "discount": -discount}


def everything_of(amounts: Amounts) -> Parts | None:
    """Give what all of it costs; what the parts do not explain of the total is an adjustment."""
    parts = parts_of(amounts)
    if parts is None:
        return None if amounts.total is None else {"product": minor_of(amounts.total, amounts)}
    parts["shipping"] = minor_of(amounts.shipping, amounts)
    if amounts.total is not None:
        parts["adjustment"] = minor_of(amounts.total, amounts) - sum(parts.values())
    return parts


def minor_of(amount: Decimal | None, amounts: Amounts) -> int:
    """Write an amount in minor units; one that is not told is nothing."""
    return 0 if amount is None else Money.of(amount, amounts.currency).minor
