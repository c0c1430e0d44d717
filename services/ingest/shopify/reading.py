"""From a signed body to what it says."""

from pydantic import ValidationError
from pydantic_core import from_json

from services.ingest.domain import Delivery, Reading
from services.ingest.shopify.models import decode_order
from services.ingest.shopify.translate import as_cancellation, as_order

TOPICS_OF_ORDERS = frozenset({"orders/create", "orders/paid", "orders/updated", "orders/cancelled"})


class Malformed(Exception):
    """A signed body that is not JSON."""


def read(delivery: Delivery) -> Reading:
    """Read a delivery. Raises Malformed when it is not JSON; other problems are told, not raised.

    A topic that is not about orders is kept and says nothing.
    """
    if delivery.topic not in TOPICS_OF_ORDERS:
        check_json(delivery.body)
        return Reading(delivery)
    try:
        return read_order(delivery)
    except (ValueError, ArithmeticError, RecursionError) as error:
        check_json(delivery.body)
        return Reading(delivery, problem=f"not a readable order: {reason_of(error)}")


def read_order(delivery: Delivery) -> Reading:
    """Read what is said about an order; raises ValueError and its like when it is none."""
    found = decode_order(delivery.body)
    return Reading(
        delivery,
        order=None if delivery.topic == "orders/cancelled" else as_order(delivery.shop, found),
        cancellation=as_cancellation(delivery, found),
        is_fulfilled=found.fulfillment_status == "fulfilled",
    )


def reason_of(error: Exception) -> str:
    """Name the first field that is wrong and how, without repeating what it holds."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def check_json(body: bytes) -> None:
    """Raise Malformed when the body is not JSON."""
    try:
        from_json(body)
    except ValueError as error:
        raise Malformed(str(error)) from error
