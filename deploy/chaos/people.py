"""The people of a run: shoppers who order and sometimes cancel, a merchant who approves all."""

import asyncio
from random import Random
from typing import Any

import httpx

from deploy.chaos.programs import SHOP
from deploy.chaos.site import Site
from shared.signals import wait_for_signal

PRODUCT = "plain-mug"
MUG = "279be318-1fcf-5eec-8ddd-f0fbaff9f2ed"
WRAP = "c3a7922f-9a1e-5873-9f24-29e29b61dc16"
VARIANTS = {9201: MUG, 9202: "e20d9c4c-85e4-5336-855b-f30d09550ef3"}
SIZE = {"width": 2700, "height": 1125}
CANCELLED_SHARE = 0.08
MERCHANT_SECONDS = 0.3


def draft() -> dict[str, Any]:
    """Describe a product whose print is the cheapest that the factory takes: one colour."""
    paint = {"id": "paint", "kind": "shape", "box": SIZE, "fill": "#336699"}
    place = {"location": "wrap", "box": {"width": 100, "height": 42}}
    return {
        "shop": SHOP,
        "title": "Plain mug",
        "is_personalized": False,
        "template": {
            "format": 1,
            "name": "Plain",
            "fields": [],
            "locations": [{"id": "wrap", **SIZE, "dpi": 300, "layers": [paint]}],
            "preview": {"width": 100, "height": 100, "placements": [place]},
        },
        "provider_product_id": MUG,
        "print_locations": [
            {
                "print_location": "wrap",
                "provider_location_id": WRAP,
                "width_px": SIZE["width"],
                "height_px": SIZE["height"],
                "dpi": 300,
            }
        ],
        "variants": [
            {
                "variant_id": f"mug-{number}",
                "title": f"Mug {number}",
                "storefront_variant_id": str(number),
                "provider_variant_id": provider_id,
            }
            for number, provider_id in VARIANTS.items()
        ],
    }


async def publish(site: Site) -> None:
    """Publish the product with catalog."""
    headers = {"Authorization": f"Bearer {site.keys['catalog_api']}"}
    [catalog] = site.members_of("catalog")
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as http:
        answer = await http.put(f"{catalog.url}/v1/products/{PRODUCT}", json=draft())
        answer.raise_for_status()


async def shop(site: Site, seed: int, seconds: float, per_second: float) -> int:
    """Place orders at a steady pace, and cancel a few soon after; give how many there were."""
    random = Random(seed)  # noqa: S311 - chance that can be had again
    loop = asyncio.get_running_loop()
    began, placed = loop.time(), 0
    async with (
        httpx.AsyncClient(base_url=site.store.url, timeout=30, trust_env=False) as http,
        asyncio.TaskGroup() as cancelling,
    ):
        while loop.time() < began + seconds:
            order = await place(http, random)
            placed += 1
            if random.random() < CANCELLED_SHARE:
                cancelling.create_task(cancel(http, order, random.uniform(0.1, 3.0)))
            await asyncio.sleep(began + placed / per_second - loop.time())
    return placed


async def place(http: httpx.AsyncClient, random: Random) -> str:
    """Order one or two sorts of mug; gives the store's id of the order."""
    chosen = random.sample(list(VARIANTS), random.choice((1, 1, 2)))
    lines = [
        {
            "variant_id": number,
            "sku": f"MUG-{number}",
            "title": "Mug",
            "price": "9.00",
            "quantity": random.randint(1, 2),
        }
        for number in chosen
    ]
    answer = await http.post("/sandbox/orders", json={"line_items": lines})
    order_id: str = answer.raise_for_status().json()["orders"][0]["id"]
    return order_id


async def cancel(http: httpx.AsyncClient, order: str, delay: float) -> None:
    """Change one's mind after a while."""
    await asyncio.sleep(delay)
    (await http.post(f"/sandbox/orders/{order}/cancel")).raise_for_status()


async def approve_all(site: Site, over: asyncio.Event) -> None:
    """Approve whatever waits, by whichever member of approval answers, until the round is over.

    It is not cancelled: what is cancelled while it connects leaves its socket open.
    """
    headers = {"Authorization": f"Bearer {site.keys['approval_api']}"}
    wanted = {"filter": {"status": "needs_approval"}}
    async with httpx.AsyncClient(headers=headers, timeout=3, trust_env=False) as http:
        while not over.is_set():
            for member in site.members_of("approval"):
                try:
                    await http.post(f"{member.url}/v1/approvals", json=wanted)
                except httpx.HTTPError:
                    continue
            await wait_for_signal(over, MERCHANT_SECONDS)
