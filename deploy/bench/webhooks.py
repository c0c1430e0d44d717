"""Webhooks as a store would send them, as bytes ready for the socket."""

import base64
import hashlib
import hmac
import json
from typing import Any

SECRET = "bench"  # noqa: S105 - of a benchmark that ends with its database
SHOP = "bench.myshopify.com"


def order(number: int) -> dict[str, Any]:
    """Make an order of about three kilobytes, as Shopify's real ones with a single line are."""
    return {
        "id": 9_007_199_254_740_993_000 + number,
        "name": f"#{number}",
        "email": "shopper@example.com",
        "created_at": "2026-10-01T08:00:00-04:00",
        "updated_at": "2026-10-01T08:00:01-04:00",
        "financial_status": "paid",
        "currency": "USD",
        "total_price": "34.00",
        "customer": {"first_name": "A", "last_name": "Shopper"},
        "shipping_address": {
            "name": "A Shopper",
            "address1": "1 Main Street",
            "city": "Austin",
            "province_code": "TX",
            "zip": "78701",
            "country_code": "US",
        },
        "line_items": [
            {
                "id": number,
                "product_id": 9001,
                "variant_id": 9101,
                "sku": "BENCH",
                "title": "Bench tee",
                "quantity": 1,
                "price": "29.00",
                "properties": [{"name": "Name", "value": f"Shopper {number}"}],
            }
        ],
        # What Platen does not read makes up most of a real order.
        "note_attributes": [{"name": f"attribute {n}", "value": "x" * 40} for n in range(28)],
    }


def request(number: int) -> bytes:
    """Write the webhook of one order, signed, with Shopify's headers."""
    body = json.dumps(order(number)).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    head = (
        "POST /webhooks/shopify HTTP/1.1\r\n"
        "Host: bench\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "X-Shopify-Topic: orders/create\r\n"
        f"X-Shopify-Hmac-Sha256: {signature}\r\n"
        f"X-Shopify-Shop-Domain: {SHOP}\r\n"
        "X-Shopify-API-Version: 2026-10\r\n"
        f"X-Shopify-Webhook-Id: webhook-{number}\r\n"
        f"X-Shopify-Event-Id: event-{number}\r\n\r\n"
    )
    return head.encode() + body
