"""How much of an order the provider has charged, whatever words it has for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.fulfillment.domain.answers import Amounts
from services.fulfillment.domain.stages import Stage, normalised
from shared.events import ChargeKind, Money


class Billed(StrEnum):
    """How far the charging of an order is; only a return takes any of it back."""

    NOTHING = "nothing"
    PRODUCT = "product"
    EVERYTHING = "everything"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of the ledger; `charge_id` is its name for ever."""

    charge_id: str
    order_id: str
    kind: ChargeKind
    amount: Money
    charged_at: datetime


# As with the status, the published schema says "string". None: known, and tells nothing.
BILLING_MAP: Mapping[str, Billed | None] = {
    "pending": Billed.NOTHING,
    "unpaid": Billed.NOTHING,
    "unbilled": Billed.NOTHING,
    "authorized": Billed.NOTHING,
    "product charged": Billed.PRODUCT,
    "production charged": Billed.PRODUCT,
    "partially charged": Billed.PRODUCT,
    "partially paid": Billed.PRODUCT,
    "charged": Billed.EVERYTHING,
    "shipping charged": Billed.EVERYTHING,
    "paid": Billed.EVERYTHING,
    "billed": Billed.EVERYTHING,
    "settled": Billed.EVERYTHING,
    "partially refunded": Billed.PARTLY_RETURNED,
    "partly refunded": Billed.PARTLY_RETURNED,
    "refunded": Billed.RETURNED,
    "voided": Billed.RETURNED,
    "": None,
}
RETURNS = frozenset({Billed.PARTLY_RETURNED, Billed.RETURNED})
SETTLE_POLLS_MAX = 350
"""About a week at the slowest pace: then an order that is over is left although bills may come."""


def billing_map(changes: Mapping[str, str]) -> dict[str, Billed | None]:
    """Add an operator's own words to the map; an empty meaning is a word that tells nothing."""
    own = {normalised(word): Billed(billed) if billed else None for word, billed in changes.items()}
    return {**BILLING_MAP, **own}


def next_billed(
    current: Billed,
    word: str,
    amounts: Amounts,
    known: Mapping[str, Billed | None],
    *,
    since: datetime | None,
) -> Billed:
    """Give how much is charged now; unknown words and answers older than `since` tell nothing."""
    said = known.get(normalised(word))
    if said is None or said is Billed.NOTHING or is_stale(amounts, since):
        return current
    if said is Billed.PRODUCT and current in {Billed.EVERYTHING, Billed.PARTLY_RETURNED}:
        return current
    return said


def is_stale(amounts: Amounts, since: datetime | None) -> bool:
    """Tell whether the provider has said something newer before."""
    return amounts.changed_at is not None and since is not None and amounts.changed_at < since


def is_settled(
    billed: Billed, word: str, known: Mapping[str, Billed | None], *, stage: Stage, unchanged: int
) -> bool:
    """Tell whether no more charges are awaited; a provider that tells nothing is not waited for."""
    if known.get(normalised(word)) is None or unchanged >= SETTLE_POLLS_MAX:
        return True
    if stage is Stage.CANCELLED:
        return billed in {Billed.NOTHING, Billed.RETURNED}
    return billed not in {Billed.NOTHING, Billed.PRODUCT}
