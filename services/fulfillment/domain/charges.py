"""The ledger of charges: which lines are missing from it when the provider has answered.

The provider publishes neither when it charges nor how it tells, so a line is not read from its
answer but is what makes the ledger's sum equal to what the answer says is charged.
"""

from collections.abc import Sequence
from datetime import datetime

from services.fulfillment.domain.answers import Amounts
from services.fulfillment.domain.billing import RETURNS, Billed, Charge, is_stale
from services.fulfillment.domain.costs import Parts, everything_of, minor_of, parts_of
from services.fulfillment.domain.following import Following
from shared.events import ChargeKind, Money


def new_charges(
    following: Following,
    billed: Billed,
    amounts: Amounts,
    ledger: Sequence[Charge],
    *,
    now: datetime,
) -> list[Charge]:
    """Give the lines that are missing; none when the answer does not tell what is charged.

    Each part has a line of its own when it is charged first. What is different later is one more
    line: a refund when the provider says that it gave something back, else an adjustment.
    """
    charged = charged_of(billed, amounts)
    is_foreign = any(charge.amount.currency != amounts.currency for charge in ledger)
    if charged is None or is_foreign or is_stale(amounts, following.changed_at):
        return []
    lines = missing_lines(charged, ledger, is_returned=billed in RETURNS)
    kinds = [charge.kind for charge in ledger]
    missing = []
    for kind, minor in lines:
        kinds.append(kind)
        missing.append(
            Charge(
                charge_id=name_of(following.provider_order_id, kind, kinds.count(kind)),
                order_id=following.order_id,
                kind=kind,
                amount=Money(minor=minor, currency=amounts.currency),
                charged_at=amounts.changed_at or now,
            )
        )
    return missing


def name_of(provider_order_id: str, kind: ChargeKind, number: int) -> str:
    """Name the line of this number among those of its kind."""
    return f"{provider_order_id}/{kind}" + (f"-{number}" if number > 1 else "")


def missing_lines(
    charged: Parts, ledger: Sequence[Charge], *, is_returned: bool
) -> list[tuple[ChargeKind, int]]:
    """Give kind and amount of each missing line; afterwards the sums are equal."""
    known = {charge.kind for charge in ledger}
    lines = [(kind, minor) for kind, minor in charged.items() if minor and kind not in known]
    listed = sum(charge.amount.minor for charge in ledger) + sum(minor for _, minor in lines)
    rest = sum(charged.values()) - listed
    if rest:
        lines.append(("refund" if rest < 0 and is_returned else "adjustment", rest))
    return lines


def charged_of(billed: Billed, amounts: Amounts) -> Parts | None:
    """Give what is charged; None when the answer does not tell."""
    if billed in {Billed.NOTHING, Billed.RETURNED}:
        return {}
    if billed is Billed.PRODUCT:
        return parts_of(amounts)
    parts = everything_of(amounts)
    if billed is Billed.PARTLY_RETURNED and parts is not None:
        if amounts.refunded is None:
            return None
        parts["refund"] = -abs(minor_of(amounts.refunded, amounts))
    return parts
