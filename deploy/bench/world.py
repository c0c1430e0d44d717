"""A store and a factory that answer at once: the outside world of `platen bench pipeline`.

They keep no more of the real protocols than the way of one order needs; `deploy/sandbox` is the
one to test against. The factory has shipped whatever it is asked about.
"""

import json
import time
from typing import Any
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from deploy.bench.webhooks import FIRST_ORDER
from shared.http import read_body

BODY_BYTES_MAX = 1 << 20
ORDER, LINE = "gid://shopify/Order/", "gid://shopify/LineItem/"
FULFILLMENT_ORDER = "gid://shopify/FulfillmentOrder/"


class World:
    """Answers as both sides, and remembers when the store was told of each order's package."""

    def __init__(self) -> None:
        self.told: dict[int, float] = {}
        self.doubled = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        content = await read_body({}, receive, BODY_BYTES_MAX)
        if path == "/count":
            body: Any = {"told": len(self.told)}
        elif path == "/told":
            body = {"told": list(self.told.items()), "doubled": self.doubled}
        elif path.endswith("/graphql.json"):
            body = {"data": self._store(json.loads(content))}
        elif scope["method"] == "POST":
            body = placed(json.loads(content)["external_order_id"])
        else:
            body = shipped(path.rpartition("/")[2])
        answer = json.dumps(body).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _store(self, asked: Any) -> Any:
        variables = asked["variables"]
        if "fulfillment" not in variables:
            return {"order": order(int(variables["id"].removeprefix(ORDER)))}
        [lines] = variables["fulfillment"]["lineItemsByFulfillmentOrder"]
        number = int(lines["fulfillmentOrderId"].removeprefix(FULFILLMENT_ORDER)) - FIRST_ORDER
        self.doubled += number in self.told
        self.told.setdefault(number, time.perf_counter())
        created = {"id": f"gid://shopify/Fulfillment/{number}", "status": "SUCCESS"}
        return {"fulfillmentCreate": {"fulfillment": created, "userErrors": []}}


def order(order_id: int) -> dict[str, Any]:
    """Give the store's order: one line, which may be fulfilled."""
    line = {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{order_id}",
        "remainingQuantity": 1,
        "lineItem": {"id": f"{LINE}{order_id - FIRST_ORDER}"},
    }
    fulfillment_order = {
        "id": f"{FULFILLMENT_ORDER}{order_id}",
        "status": "OPEN",
        "supportedActions": [{"action": "CREATE_FULFILLMENT"}],
        "assignedLocation": {"name": "Factory"},
        "lineItems": {"nodes": [line], "pageInfo": {"hasNextPage": False}},
    }
    return {
        "id": f"{ORDER}{order_id}",
        "fulfillmentOrders": {"nodes": [fulfillment_order], "pageInfo": {"hasNextPage": False}},
        "fulfillments": [],
    }


def placed(external_order_id: str) -> dict[str, Any]:
    """Give the factory's order as it answers when it takes it."""
    return {
        "id": f"po-{external_order_id}",
        "external_order_id": external_order_id,
        "status": "in_production",
        "line_items": [{"id": "1"}],
    }


def shipped(provider_order_id: str) -> dict[str, Any]:
    """Give the factory's order once it has left in one package."""
    number = quote(provider_order_id.removeprefix("po-"))
    package = {
        "id": "1",
        "carrier": "USPS",
        "number": number,
        "url": f"https://example.com/{number}",
        "line_items": [{"id": "1", "quantity": 1}],
    }
    known = placed(provider_order_id.removeprefix("po-"))
    return known | {"status": "shipped", "tracking": [package]}
