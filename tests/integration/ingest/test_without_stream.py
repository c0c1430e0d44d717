"""Webhooks are taken while there is no stream to speak on, or to hear of anything."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from deploy.serving import listen
from services.ingest.app import build_app
from services.ingest.settings import Settings
from tests.integration.ingest.conftest import KEY, PAYLOAD_KEY
from tests.support.events import SHOP
from tests.support.shopify import SECRET, shopify_order, webhook


async def test_a_start_without_the_stream_takes_webhooks(
    own: Callable[[str], dict[str, Any]],
) -> None:
    nobody = listen(0)
    address = f"127.0.0.1:{nobody.getsockname()[1]}"
    nobody.close()
    settings = Settings(
        **own("ingest") | {"kafka_servers": address},
        shops=(SHOP,),
        shopify_secrets=(SECRET,),
        api_key=KEY,
        payload_key=PAYLOAD_KEY,
    )
    service = build_app(settings)
    transport = httpx.ASGITransport(app=service.asgi)
    async with (
        asyncio.timeout(30),
        service.running(),
        httpx.AsyncClient(transport=transport, base_url="http://ingest") as http,
    ):
        answer = await http.post("/webhooks/shopify", **webhook(shopify_order()))
        ready = await http.get("/health/ready")

    assert answer.status_code == 200
    assert ready.json() == {"status": "ready", "parts": {"database": "ok", "outbox": "ok"}}
