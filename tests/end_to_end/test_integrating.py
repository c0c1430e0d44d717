"""What the guide for other programs shows makes a product and an order."""

import base64
import hmac
import json
import re
from typing import Any

import httpx

from deploy.contracts.documents import ROOT
from tests.end_to_end.world import World


def bodies_of_the_guide() -> tuple[str, str]:
    """Give the product and the order that the guide shows, as they would be copied."""
    guide = (ROOT / "docs/integrating.md").read_text()
    product, order = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    return product, order


async def test_the_product_and_the_order_of_the_guide_are_taken(world: World) -> None:
    product, order = bodies_of_the_guide()
    keys = world.running.home.keys
    signature = hmac.digest(keys["shopify_webhook"].encode(), order.encode(), "sha256")
    signed = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": "platen-sandbox.myshopify.com",
        "X-Shopify-Webhook-Id": "my-first",
        "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
    }
    catalog = {"Authorization": f"Bearer {keys['catalog_api']}", "Content-Type": "application/json"}

    async with httpx.AsyncClient(base_url=world.running.home.url, timeout=60) as http:
        published = await http.put("/v1/products/star-mug", content=product, headers=catalog)
        taken = await http.post("/webhooks/shopify", content=order, headers=signed)

    assert (published.status_code, taken.status_code) == (201, 200)
    said: dict[str, Any] = json.loads(order)
    seen = await world.waits_for(said["name"], "needs_approval")
    assert [item["title"] for item in seen["items"]] == ["Star mug"]
