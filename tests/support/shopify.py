"""Shopify's webhooks as a store sends them."""

import base64
import hashlib
import hmac
import json
from itertools import count
from typing import Any

from tests.support.events import SHOP

SECRET = "hush"
_webhooks = count(1)


def shopify_order(number: int = 1001, **changes: Any) -> dict[str, Any]:
    """Build an order in Shopify's JSON: ids above 2^53, money as text, a personalized tee."""
    order = {
        "id": 9007199254740993000 + number,
        "name": f"#{number}",
        "order_number": number,
        "email": "ada@example.com",
        "created_at": "2026-10-01T08:00:00-04:00",
        "updated_at": "2026-10-01T08:00:01-04:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "financial_status": "paid",
        "fulfillment_status": None,
        "currency": "USD",
        "total_price": "34.00",
        "customer": {"id": 7, "first_name": "Ada", "last_name": "Lovelace", "email": None},
        "shipping_address": {
            "name": "Ada Lovelace",
            "address1": "12 Analytical Way",
            "address2": None,
            "city": "Austin",
            "province": "Texas",
            "province_code": "TX",
            "zip": "78701",
            "country_code": "US",
            "phone": None,
        },
        "line_items": [shopify_line()],
        "a_field_of_tomorrow": {"deep": [1, 2, 3]},
    }
    return order | changes


def shopify_line(**changes: Any) -> dict[str, Any]:
    """Build one line of an order."""
    line = {
        "id": 14000000000000001,
        "product_id": 8001,
        "variant_id": 9001,
        "sku": "TEE-BLACK-M",
        "title": "Adventure tee",
        "variant_title": "Black / M",
        "quantity": 1,
        "current_quantity": 1,
        "requires_shipping": True,
        "price": "29.00",
        "properties": [{"name": "Name", "value": "Ada"}],
    }
    return line | changes


def webhook(
    order: dict[str, Any] | bytes,
    topic: str = "orders/create",
    *,
    secret: str = SECRET,
    **headers: str,
) -> dict[str, Any]:
    """Build the request: the body and Shopify's headers, as keywords for httpx."""
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    number = next(_webhooks)
    return {
        "content": body,
        "headers": {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": signature.decode(),
            "X-Shopify-Shop-Domain": SHOP,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": f"webhook-{number}",
            "X-Shopify-Event-Id": f"event-{number}",
        }
        | {name.replace("_", "-"): value for name, value in headers.items()},
    }
