"""What the tests ask of the sandbox's storefront, and what it sells."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.events import Shipped, ShippedItem
from tests.support.events import order_id, shipped
from tests.support.service import Driver

TEE, POSTER = 9101, 9201
PRODUCTS = [
    {
        "product_id": 9001,
        "title": "Adventure tee",
        "variants": [{"id": TEE, "sku": "TEE-BLACK-M", "title": "Black / M", "price": "29.00"}],
    },
    {
        "product_id": 9002,
        "title": "Poster",
        "variants": [{"id": POSTER, "sku": "POSTER", "price": "12.50"}],
        "fulfilled_by_others": True,
    },
]


@dataclass(frozen=True)
class Bought:
    """An order in the store: its id, and its lines' in their order."""

    id: str
    lines: tuple[str, ...]

    def ships(self, *items: tuple[int, int], **changes: Any) -> Shipped:
        """Build a package of (place of the line, quantity), one of the first line by default."""
        packed = tuple(
            ShippedItem(line_item_id=self.lines[place], quantity=quantity)
            for place, quantity in items or ((0, 1),)
        )
        return shipped(**{"storefront_order_id": self.id, "items": packed} | changes)


@dataclass(frozen=True)
class Storefront:
    """The sandbox, seen from outside of the service."""

    http: httpx.AsyncClient

    async def sells(self, *lines: tuple[int, int]) -> Bought:
        """Have a shopper buy (variant, quantity), one T-shirt by default."""
        items = [
            {"variant_id": variant, "quantity": quantity}
            for variant, quantity in lines or ((TEE, 1),)
        ]
        answer = await self.http.post("/sandbox/orders", json={"line_items": items})
        order_id = answer.raise_for_status().json()["orders"][0]["id"]
        order = (await self.http.get(f"/sandbox/orders/{order_id}")).json()["order"]
        return Bought(order_id, tuple(str(line["id"]) for line in order["line_items"]))

    async def shows(self, bought: Bought) -> dict[str, Any]:
        """Give the order as the store has it now."""
        orders = (await self.http.get("/sandbox/orders")).json()["orders"]
        found: dict[str, Any] = next(order for order in orders if order["id"] == bought.id)
        return found

    async def goes_wrong(self, fault: str, **more: Any) -> None:
        """Have it go wrong at the next request that matches, else at the next mutation."""
        order = {"fault": fault, "match": "fulfillmentCreate"} | more
        (await self.http.post("/sandbox/faults", json=order)).raise_for_status()

    async def goes_on(self) -> None:
        """Have it do what it was slow with, and go wrong no more."""
        (await self.http.delete("/sandbox/faults")).raise_for_status()

    async def is_well(self) -> bool:
        """Tell whether everything that was to go wrong has begun to."""
        waiting: list[Any] = (await self.http.get("/sandbox/faults")).json()["faults"]
        return not waiting


@dataclass
class Detour:
    """A way to the storefront that keeps every answer back until it may go on."""

    target: httpx.AsyncClient
    has_read: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back later."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        headers = {"X-Shopify-Access-Token": request.headers["X-Shopify-Access-Token"]}
        answer = await self.target.post(
            request.url.path, content=await request.body(), headers=headers
        )
        self.has_read.set()
        await self.goes_on.wait()
        await Response(answer.content, answer.status_code)(scope, receive, send)


async def state(notifier: Driver, number: str = "1001") -> list[dict[str, Any]]:
    """Ask the service how far the store knows."""
    answer = await notifier.http.get(f"/v1/packages/{order_id(number)}")
    found: list[dict[str, Any]] = answer.raise_for_status().json()
    return found


async def fulfillments(storefront: Storefront, bought: Bought) -> list[dict[str, Any]]:
    """Give the packages that the store knows of."""
    found: list[dict[str, Any]] = (await storefront.shows(bought))["fulfillments"]
    return found
