"""From a signed body to what it says."""

from pydantic import ValidationError
from pydantic_core import from_json

from services.ingest.domain import Delivery, Reading
from services.ingest.shopify.models import ShopifyOrder
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
        found = ShopifyOrder.model_validate_json(delivery.body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] == "json_invalid":
            raise Malformed(first["msg"]) from error
        field = ".".join(map(str, first["loc"]))
        return Reading(delivery, problem=f"not a readable order: {field}: {first['msg']}")
    return Reading(
        delivery,
        order=None if delivery.topic == "orders/cancelled" else as_order(delivery.shop, found),
        cancellation=as_cancellation(delivery, found),
        is_fulfilled=found.fulfillment_status == "fulfilled",
    )


def check_json(body: bytes) -> None:
    """Raise Malformed when the body is not JSON."""
    try:
        from_json(body)
    except ValueError as error:
        raise Malformed(str(error)) from error
