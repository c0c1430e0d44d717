"""Places in a list, as callers carry them from one page to the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from services.approval.decisions import as_order_id
from services.approval.domain.shown import OrderView
from services.approval.inputs import in_utc
from shared.http import Problem


def as_cursor(order: OrderView) -> str:
    """Write the place after this order."""
    return urlsafe_b64encode(f"{order.placed_at}|{order.order_id}".encode()).decode()


def as_place(cursor: str) -> tuple[datetime, str]:
    """Read a place in the list; raises Problem when this is none of ours."""
    try:
        placed_at, _, text = urlsafe_b64decode(cursor).decode().partition("|")
        moment, order_id = datetime.fromisoformat(placed_at), as_order_id(text)
        if order_id is None or moment.tzinfo is None:
            raise ValueError(cursor)
        return in_utc(moment), order_id
    except ValueError as error:
        raise Problem(422, "Invalid cursor", "Take `after` from the page before.") from error
