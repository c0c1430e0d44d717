"""What the tests ask of the sandbox's Completeful, and what it sells."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from shared.events import Event, PrintLocation, ProductPublished, Shipped, Variant
from shared.patience import until
from tests.support.events import order_approved, order_id, product_published
from tests.support.service import Driver

LIVE_KEY, TEST_KEY, SECRET = "capp_live_1.secret", "capp_test_1.secret", "hush"
SHOP_ID = "0299e1af-2c45-58e2-b2eb-da7dd9191bea"
TEE = "ad6da5d4-2bfd-5f48-ab04-bc103a2647bf"
TEE_WHITE_M = "4682c443-14f9-5fb0-93d7-1f1621dc833f"
FRONT = "a9b2ca84-d9ad-5095-aa6a-c4ff9f8f61ff"


@dataclass(frozen=True)
class Completeful:
    """The sandbox, seen from outside of the service."""

    http: httpx.AsyncClient

    async def orders(self) -> list[dict[str, Any]]:
        """Give every order that it took."""
        answer = await self.http.get("/sandbox/orders")
        orders: list[dict[str, Any]] = answer.json()["orders"]
        return orders

    async def goes_wrong(self, fault: str, *, match: str = "POST /v1/shops", **more: Any) -> None:
        """Have it go wrong at the next request that matches."""
        order = {"fault": fault, "match": match, **more}
        (await self.http.post("/sandbox/faults", json=order)).raise_for_status()

    async def goes_on(self) -> None:
        """Have it do what it was slow with, and go wrong no more."""
        (await self.http.delete("/sandbox/faults")).raise_for_status()

    async def corrects(self, **tracking: str) -> None:
        """Have it give the first package of the order other tracking."""
        path = f"/sandbox/orders/{order_id()}/tracking"
        (await self.http.post(path, json=tracking)).raise_for_status()

    async def is_well(self) -> bool:
        """Tell whether everything that was to go wrong has begun to."""
        waiting: list[Any] = (await self.http.get("/sandbox/faults")).json()["faults"]
        return not waiting

    async def has_shipped(self) -> bool:
        """Tell whether everything it took has left the factory."""
        return all(order["status"] == "Shipped" for order in await self.orders())


def completeful_product(product_id: str = "adventure-tee", **changes: Any) -> ProductPublished:
    """Build the T-shirt as Completeful makes it."""
    front = PrintLocation(
        print_location="front",
        provider_location_id=FRONT,
        width_px=4500,
        height_px=5400,
        dpi=300,
    )
    variant = Variant(
        variant_id="black-m",
        sku="TEE-BLACK-M",
        title="White / M",
        provider_variant_id=TEE_WHITE_M,
    )
    values: dict[str, Any] = {
        "print_locations": (front,),
        "variants": (variant,),
        "provider_product_id": TEE,
    }
    return product_published(product_id, **values | changes)


def webhook(secret: str, content: dict[str, Any], *, age: int = 0) -> dict[str, Any]:
    """Build a request as Completeful signs it."""
    body = json.dumps({"id": "evt", "type": "order:updated", "created": 1, "data": content})
    return signed(secret, body, age=age)


def signed(secret: str, body: str, *, age: int = 0) -> dict[str, Any]:
    """Build a request with this body, signed some seconds ago."""
    moment = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"content": body, "headers": {"X-Capp-Signature": f"t={moment},v1={digest}"}}


async def state(fulfillment: Driver, number: str = "1001") -> dict[str, Any]:
    """Ask the service how far the order is."""
    answer = await fulfillment.http.get(f"/v1/placements/{order_id(number)}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def is_settled(fulfillment: Driver) -> bool:
    """Let the order be placed if it is due, and tell whether it waits no more."""
    await fulfillment.does("place")
    return bool((await state(fulfillment))["status"] != "waiting")


async def place(fulfillment: Driver, **changes: Any) -> None:
    """Have the order placed, and forget what was said of it."""
    await fulfillment.hears(order_approved(**changes))
    await fulfillment.does_all("place")
    await fulfillment.says()


async def is_told(fulfillment: Driver, secret: str = SECRET, **content: Any) -> httpx.Response:
    """Send a webhook about the order."""
    content = content or {"external_order_id": order_id()}
    return await fulfillment.http.post("/webhooks/completeful", **webhook(secret, content))


async def follow(fulfillment: Driver) -> list[Event]:
    """Have news asked for, and give what was said."""
    await is_told(fulfillment)
    await fulfillment.does_all("follow")
    return await fulfillment.says()


def packages(said: list[Event]) -> list[Shipped]:
    """Give what was said of packages."""
    return [event for event in said if isinstance(event, Shipped)]


async def everything_said(fulfillment: Driver) -> list[Event]:
    """Let the order come to an end, and give what was said."""
    await until(lambda: is_settled(fulfillment))
    return await fulfillment.says()
