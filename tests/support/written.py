"""Orders as ingest reads them and events as it writes them, from models and back to models."""

from services.ingest.domain import ReadOrder
from shared.events import Event, OrderReceived, Written


def read_order(order: OrderReceived) -> ReadOrder:
    """Give the order as if a webhook had told it."""
    content = Written.of(order).content
    return ReadOrder(
        order.order_id,
        order.placed_at,
        order.changed_at,
        order.is_paid,
        content,
        order.is_refunded,
    )


def event_of(written: Written) -> Event:
    """Read the event by its contract; its id and moment are new."""
    return written.kind.model_validate_json(written.content)
