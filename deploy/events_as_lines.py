"""An event as one line for a person."""

from decimal import Decimal

from rich.text import Text

from shared.events import (
    AddressCorrected,
    ChargeRecorded,
    Event,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    Money,
    OrderApproved,
    OrderCancelled,
    OrderQuoted,
    OrderReceived,
    PrintFileFailed,
    PrintFileReady,
    ProductPublished,
    QuoteRefused,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    TrackingCorrected,
)
from shared.events.values import DECIMALS

STYLES = {
    "OrderReceived": "cyan",
    "PrintFileReady": "blue",
    "OrderApproved": "magenta",
    "FulfillmentStarted": "yellow",
    "Shipped": "green",
    "TrackingCorrected": "green",
    "StorefrontUpdated": "bold green",
}
TROUBLE = "bold red"


def line_of(event: Event, name: str) -> Text:
    """Write moment, order, type and what matters; personal data stays out."""
    kind = type(event).__name__
    trouble = kind.endswith(("Failed", "Refused", "Cancelled", "Delayed"))
    style = TROUBLE if trouble else STYLES.get(kind, "")
    return Text.assemble(
        (f"{event.occurred_at.astimezone():%H:%M:%S.%f}"[:-3] + "  ", "dim"),
        f"{name:<10} ",
        (f"{kind:<20} ", style),
        gist_of(event),
    )


def payment_of(order: OrderReceived) -> str:
    """Say who pays for the order."""
    if order.is_test:
        return "test order"
    if order.is_refunded:
        return "refunded"
    return "paid" if order.is_paid else "not paid yet"


def gist_of(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of event
    """Say in a few words what an event tells."""
    match event:
        case OrderReceived():
            return f"{len(event.items)} line(s), {amount_of(event.total)}, {payment_of(event)}"
        case OrderCancelled():
            return f"in the store: {event.reason or 'no reason given'}"
        case PrintFileReady():
            sizes = ", ".join(f"{file.width_px}×{file.height_px}" for file in event.files)
            megabytes = sum(file.size_bytes for file in event.files) / 1e6
            return f"{sizes} px, {megabytes:.1f} MB {event.files[0].sha256[:12]}"
        case OrderQuoted():
            return f"would cost {amount_of(event.total)}"
        case ChargeRecorded():
            return f"{event.kind} {amount_of(event.amount)}"
        case PrintFileFailed() | FulfillmentRefused() | QuoteRefused():
            return f"{event.code}: {event.reason}"
        case OrderApproved():
            return f"by {event.approved_by}, {len(event.items)} item(s)"
        case FulfillmentStarted():
            return f"{event.provider} {event.provider_order_id}"
        case Shipped():
            return f"{event.carrier} {event.tracking_number}"
        case StorefrontUpdated():
            return f"store fulfilled with {event.tracking_number}"
        case StorefrontRefused() | FulfillmentDelayed():
            return event.reason
        case TrackingCorrected():
            return f"{event.carrier} {event.tracking_number} instead of {event.replaces}"
        case AddressCorrected():
            return f"by {event.corrected_by}"
        case ProductPublished():
            return f"{event.title}, {len(event.variants)} variant(s)"
    return ""


def amount_of(money: Money) -> str:
    """Write an amount with its currency."""
    decimals = DECIMALS.get(money.currency, 2)
    return f"{Decimal(money.minor).scaleb(-decimals):.{decimals}f} {money.currency}"
