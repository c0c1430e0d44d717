"""Bodies as the tests have ingest read them."""

import json
from typing import Any

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading
from shared.events import OrderReceived, Written
from tests.support.events import MOMENT, SHOP


def read(body: bytes | dict[str, Any], topic: str = "orders/create") -> Reading:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return shopify.read(Delivery(SHOP, topic, "1", None, content, MOMENT))


def order_in(body: dict[str, Any]) -> OrderReceived:
    reading = read(body)
    assert reading.problem is None
    assert reading.order is not None
    order = OrderReceived.model_validate_json(reading.order.content)
    assert Written.of(order).content == reading.order.content
    return order
