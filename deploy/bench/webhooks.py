"""Webhooks as a store would send them, as bytes ready for the socket."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from deploy.bench.load import join

SECRET = "bench"  # noqa: S105 - of a benchmark that ends with its database
SHOP = "bench.myshopify.com"
FIRST_ORDER = 9_007_199_254_740_993_000
"""Storefront ids are larger than what a browser can count."""

FIRST_MOMENT = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=-5)))
VARIANT = 9101
PROVIDER_ID = "5f0c2d6e-7f0a-4e4e-9b53-1d6a7d1c1a01"


def order(number: int) -> dict[str, Any]:
    """Make an order of about three kilobytes, as Shopify's real ones with a single line are."""
    return {
        "id": FIRST_ORDER + number,
        "name": f"#{number}",
        "email": "shopper@example.com",
        "created_at": (FIRST_MOMENT + timedelta(seconds=number)).isoformat(),
        "updated_at": (FIRST_MOMENT + timedelta(seconds=number + 1)).isoformat(),
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
                "variant_id": VARIANT,
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


def write_requests(folder: Path, numbers: Sequence[int]) -> str:
    """Write the webhooks of these orders into a file for the process that sends them."""
    file = folder / f"{numbers[0]}-{len(numbers)}.requests"
    if not file.exists():
        file.write_bytes(join([request(number) for number in numbers]))
    return os.fspath(file)
