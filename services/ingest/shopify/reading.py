"""From a signed body to what it says."""

from pydantic import ValidationError
from pydantic_core import from_json

from services.ingest.domain import Delivery, Reading
from services.ingest.shopify.models import decode_order
from services.ingest.shopify.translate import as_cancellation, as_order

TOPICS_OF_ORDERS = frozenset({"orders/create", "orders/paid", "orders/updated", "orders/cancelled"})


def read(delivery: Delivery) -> Reading:
    """Read a delivery; what is wrong with it is told, and never raised.

    A topic that is not about orders is kept and says nothing.
    """
    if not delivery.topic:
        return Reading(delivery, problem="the header X-Shopify-Topic is missing")
    if delivery.topic not in TOPICS_OF_ORDERS:
        return Reading(delivery, problem=problem_of_json(delivery.body))
    try:
        return read_order(delivery)
    except (ValueError, ArithmeticError, RecursionError) as error:
        problem = problem_of_json(delivery.body) or f"not a readable order: {reason_of(error)}"
        return Reading(delivery, problem=problem)


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


def problem_of_json(body: bytes) -> str | None:
    """Say why the body is not JSON; None when it is."""
    try:
        from_json(body)
    except ValueError as error:
        return f"not JSON: {error}"
    return None
