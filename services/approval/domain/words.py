"""How the page names and colours what the domain knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from services.approval.domain.standing import Status
from shared.events import Money
from shared.events.values import DECIMALS

MINUS = "\N{MINUS SIGN}"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
TONES = {
    Status.NEEDS_APPROVAL: "attention",
    Status.ON_HOLD: "critical",
    Status.PRINT_FAILED: "critical",
    Status.REFUSED: "critical",
    Status.APPROVED: "progress",
    Status.IN_PRODUCTION: "progress",
    Status.PARTLY_SHIPPED: "progress",
    Status.FULFILLED: "success",
}


@dataclass(frozen=True, slots=True)
class View:
    """A tab of the list: some statuses under one name, and what to say when there are no orders."""

    name: str
    title: str
    statuses: tuple[Status, ...]
    empty: tuple[str, str]

    def count(self, counts: Mapping[Status, int]) -> int:
        """Tell how many orders the tab has."""
        return sum(counts.get(status, 0) for status in self.statuses or Status)


VIEWS = {
    view.name: view
    for view in (
        View(
            "all",
            "All",
            (),
            ("No orders yet", "An order appears here the moment a shopper pays in your store."),
        ),
        View(
            "approval",
            "Needs approval",
            (Status.NEEDS_APPROVAL,),
            ("Nothing waits for you", "An order comes here when its print files are ready."),
        ),
        View(
            "attention",
            "On hold",
            (Status.ON_HOLD, Status.PRINT_FAILED, Status.REFUSED),
            ("No order is stuck", "One that needs your help comes here, with the reason."),
        ),
        View(
            "production",
            "In production",
            (Status.APPROVED, Status.IN_PRODUCTION, Status.PARTLY_SHIPPED),
            ("Nothing is being made", "Approved orders come here until they have shipped."),
        ),
        View(
            "fulfilled",
            "Fulfilled",
            (Status.FULFILLED,),
            ("Nothing has shipped yet", "You will find the tracking numbers here."),
        ),
    )
}


def as_money(money: Money) -> str:
    """Write an amount as people read it."""
    decimals = DECIMALS.get(money.currency, 2)
    text = f"{abs(money.minor) / 10**decimals:,.{decimals}f}"
    symbol = SYMBOLS.get(money.currency)
    sign = MINUS if money.minor < 0 else ""
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {money.currency}"


def as_share(part: Money, whole: Money) -> str:
    """Write how much of the whole a part is, in percent; nothing where that says nothing."""
    if whole.minor <= 0 or part.currency != whole.currency:
        return ""
    return f"{part.minor / whole.minor:.0%}".replace("-", MINUS)


def tone_of(status: Status) -> str:
    """Tell how a status looks: whom it calls, and how loudly."""
    return TONES.get(status, "neutral")


def digest(text: str) -> str:
    """Name something in an id of the page, whatever its own name is made of."""
    return sha256(text.encode()).hexdigest()[:12]
