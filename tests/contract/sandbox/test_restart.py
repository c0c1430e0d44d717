"""Both halves of the sandbox know and finish everything after a kill -9."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.chaos.programs import free_ports
from tests.contract.sandbox.world import (
    LIVE_KEY,
    SECRET,
    SHOP,
    TOKEN,
    FileServer,
    Json,
    Listener,
    mug_order,
    png,
)


@asynccontextmanager
async def running(name: str, settings: Json) -> AsyncIterator[httpx.AsyncClient]:
    """Run one half as a process of its own, and kill it at the end."""
    prefix = f"SANDBOX_{name.upper()}_"
    environment = {f"{prefix}{key.upper()}": str(value) for key, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"deploy.sandbox.{name}"),
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        transport = httpx.AsyncHTTPTransport(retries=8)
        url = f"http://127.0.0.1:{settings['port']}"
        async with httpx.AsyncClient(transport=transport, base_url=url, timeout=30) as client:
            (await client.get("/health/live")).raise_for_status()
            yield client
    finally:
        process.kill()
        await process.wait()


async def test_a_killed_completeful_ships_after_its_restart(
    tmp_path: Path, listener: Listener, files: FileServer
) -> None:
    settings = {
        "live_key": LIVE_KEY,
        "allow_private_urls": True,
        "subscribe_url": listener.url,
        "subscribe_secret": SECRET,
        "step_seconds": 1,
        "folder": tmp_path,
        "port": free_ports(1)[0],
    }
    headers = {"Authorization": f"Bearer {LIVE_KEY}"}
    order = mug_order("A-1", files.put("a.png", png()))

    async with running("completeful", settings) as completeful:
        first = await completeful.post(f"{SHOP}/orders", json=order, headers=headers)
    async with running("completeful", settings) as completeful:
        again = await completeful.post(f"{SHOP}/orders", json=order, headers=headers)
        while (await listener.hears())[0].headers["X-Capp-Topic"] != "order:shipment:created":
            pass
        [record] = (await completeful.get("/sandbox/orders")).json()["orders"]

    assert (first.status_code, again.status_code) == (201, 200)
    assert (record["status"], len(record["shipments"])) == ("Shipped", 1)
    assert [each["kind"] for each in record["charges"]] == ["product", "shipping"]


async def test_a_killed_storefront_sends_its_webhooks_after_its_restart(
    tmp_path: Path, listener: Listener
) -> None:
    settings = {
        "access_token": TOKEN,
        "webhook_secret": SECRET,
        "webhook_url": listener.url,
        "public_url": "http://store.test",
        "retry_seconds": 1,
        "folder": tmp_path,
        "port": free_ports(1)[0],
    }
    order = {"line_items": [{"title": "Shirt", "price": "20.00"}], "paid": False}
    listener.answers = [503]

    async with running("storefront", settings) as storefront:
        placed = (await storefront.post("/sandbox/orders", json=order)).json()["orders"]
        [refused] = await listener.hears()
    async with running("storefront", settings) as storefront:
        [heard] = await listener.hears()
        shown = (await storefront.get("/sandbox/orders")).json()["orders"]

    assert heard.headers["X-Shopify-Webhook-Id"] == refused.headers["X-Shopify-Webhook-Id"]
    assert str(json.loads(heard.body)["id"]) == shown[0]["id"] == placed[0]["id"]
