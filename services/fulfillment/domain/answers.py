"""The provider's order as we read it: tolerant, because half of its shape is not published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Document = Mapping[str, Any]

NUMBERS = ("number", "tracking_number", "trackingNumber", "code")
CARRIERS = ("carrier", "company", "carrier_name", "carrier_code", "courier")
URLS = ("url", "tracking_url", "trackingUrl", "link")
MOMENTS = ("shipped_at", "ship_date", "created_at")
LINE_IDS = ("id", "line_item_id", "order_item_id", "item_id")
LINES = ("line_items", "items")
TOTALS = ("total", "total_partner_cost")
REFUNDED = ("refunded_total", "refund_total", "total_refunded", "amount_refunded")
WHOM = frozenset({"shipping_address", "billing_address", "customer", "email", "phone"})
"""What an order says of its shopper, whom we have no reason to know twice."""

CURRENCY = "USD"
"""Completeful bills in nothing else."""

AMOUNT_MAX = Decimal(10) ** 12

YEARS = range(1900, 2200)
"""A moment outside of these is a mistake, and some of them no database could keep."""


class Unreadable(Exception):
    """The answer is not an order."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package as the provider tells of it; `lines` is empty when it does not say what is in."""

    package_id: str
    carrier: str
    number: str
    url: str
    shipped_at: datetime | None
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the order costs, part by part; None where the provider does not say.

    `changed_at` is the provider's own clock, by which an older answer is known.
    """

    currency: str
    subtotal: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None
    total: Decimal | None = None
    refunded: Decimal | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProviderOrder:
    """An order at the provider; `raw` is all that was answered, but whom it goes to."""

    provider_order_id: str
    status: str
    fulfillment_status: str
    billing_status: str
    amounts: Amounts
    line_ids: tuple[str, ...]
    packages: tuple[Package, ...]
    raw: Document

    @property
    def words(self) -> tuple[str, str]:
        """What it says of how far it is."""
        return self.status, self.fulfillment_status

    @property
    def total(self) -> Decimal | None:
        """What it costs in all."""
        return self.amounts.total


def read_order(answer: Any) -> ProviderOrder:
    """Read an answer, bare or as `{"order": …}`; raises Unreadable when it names no order."""
    order = answer.get("order", answer) if isinstance(answer, Mapping) else None
    if not isinstance(order, Mapping) or not text(order, ("id",)):
        raise Unreadable("the answer has no order with an id")
    return ProviderOrder(
        provider_order_id=text(order, ("id",)),
        status=text(order, ("status",)),
        fulfillment_status=text(order, ("fulfillment_status",)),
        billing_status=text(order, ("billing_status",)),
        amounts=read_amounts(order),
        line_ids=tuple(text(line, LINE_IDS) for line in documents(order, LINES)),
        packages=tuple(read_package(each) for each in documents(order, ("tracking",))),
        raw={name: value for name, value in order.items() if name not in WHOM},
    )


def read_amounts(order: Document) -> Amounts:
    """Read what an order, or a quote for one, says of money."""
    currency = text(order, ("currency",)).upper()
    return Amounts(
        currency=currency if len(currency) == len(CURRENCY) else CURRENCY,
        subtotal=money(order.get("subtotal")),
        shipping=money(order.get("shipping_total")),
        tax=money(order.get("tax_total")),
        discount=money(order.get("discount_total")),
        total=first_money(order, TOTALS),
        refunded=first_money(order, REFUNDED),
        changed_at=moment(text(order, ("updated_at",))),
    )


def read_package(tracking: Document) -> Package:
    """Read one entry of `tracking`, by its own id or else by its number."""
    number = text(tracking, NUMBERS)
    lines = ((text(line, LINE_IDS), line.get("quantity", 1)) for line in documents(tracking, LINES))
    return Package(
        package_id=text(tracking, ("id", "shipment_id")) or number,
        carrier=text(tracking, CARRIERS),
        number=number,
        url=text(tracking, URLS),
        shipped_at=moment(text(tracking, MOMENTS)),
        lines=tuple((line, count) for line, count in lines if line and is_count(count)),
    )


def text(document: Document, names: Sequence[str]) -> str:
    """Give the first of these fields that holds a word or a number, or an empty text."""
    for name in names:
        value = document.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def documents(document: Document, names: Sequence[str]) -> list[Document]:
    """Give the objects in the first of these fields that is a list."""
    for name in names:
        value = document.get(name)
        if isinstance(value, list):
            return [each for each in value if isinstance(each, Mapping)]
    return []


def is_count(value: object) -> bool:
    """Tell whether this can be how many there are."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def money(value: object) -> Decimal | None:
    """Read an amount exactly; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < AMOUNT_MAX else None


def first_money(document: Document, names: Sequence[str]) -> Decimal | None:
    """Give the first of these fields that holds an amount."""
    amounts = (money(document.get(name)) for name in names)
    return next((amount for amount in amounts if amount is not None), None)


def moment(value: str) -> datetime | None:
    """Read a time; one without a zone is taken as UTC. None when it is none that can be meant."""
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    if read.year not in YEARS:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
