"""A store whose webhooks nobody hears, and an ingest that asks it: over real HTTP."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from deploy.sandbox.storefront import app as sandbox
from deploy.sandbox.storefront.settings import Settings as SandboxSettings
from services.ingest.app import build_app
from services.ingest.settings import Settings
from shared.events import Event
from tests.contract.sandbox.world import PRODUCTS, TOKEN, serve_app
from tests.support.events import SHOP
from tests.support.service import Driver, driving
from tests.support.shopify import SECRET

TEE = 9101
ANSWERS = [{"name": "Name", "value": "Ada"}, {"name": "Photo", "value": "photo:cat"}]
ENDLESS = 1e6
"""Seconds after which nothing is due within a test."""

RECONCILE = f"reconcile {SHOP}"

Json = dict[str, Any]


class Store:
    """The sandbox, whose webhooks nobody hears."""

    def __init__(self, http: httpx.AsyncClient, records: Path) -> None:
        self.http = http
        self._records = records

    async def sells(self, **changes: Any) -> str:
        """Have a shopper order; give the order's id."""
        order = {"line_items": [{"variant_id": TEE, "properties": ANSWERS}]} | changes
        answer = await self.http.post("/sandbox/orders", json=order)
        found: str = answer.raise_for_status().json()["orders"][0]["id"]
        return found

    async def does(self, order: str, what: str, **how: Any) -> None:
        answer = await self.http.post(f"/sandbox/orders/{order}/{what}", json=how)
        answer.raise_for_status()

    async def fails(self, fault: str, **how: Any) -> None:
        answer = await self.http.post("/sandbox/faults", json={"fault": fault} | how)
        answer.raise_for_status()

    async def body_of(self, order: str) -> Json:
        """Give the order as its webhooks show it."""
        found: Json = (await self.http.get(f"/sandbox/orders/{order}")).json()["order"]
        return found

    def dates(self, order: str, ago: timedelta, *, found: timedelta | None = None) -> None:
        """Have an order be changed so long ago, and the index know of a change before that."""
        changed = (datetime.now(UTC) - ago).isoformat(timespec="seconds")
        indexed = (datetime.now(UTC) - (found or ago)).timestamp()
        with sqlite3.connect(self._records) as records:
            records.execute(
                """
                UPDATE document
                SET updated = ?, body = json_set(body, '$.order.updated_at', ?)
                WHERE kind = 'order' AND key = ?
                """,
                (indexed, changed, order),
            )
        records.close()


@asynccontextmanager
async def open_store(folder: Path, **changes: Any) -> AsyncIterator[Store]:
    """Open a store of this name, with a budget that is never spent."""
    told: Json = {
        "access_token": SecretStr(TOKEN),
        "webhook_secret": SecretStr(SECRET),
        "webhook_url": "http://127.0.0.1:9/webhooks",
        "public_url": "http://store.example",
        "shop_domain": SHOP,
        "retry_seconds": 3600,
        "bucket_size": 100_000,
        "folder": folder,
    }
    settings = SandboxSettings(**told | changes)
    async with (
        serve_app(sandbox.build_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        (await http.put("/sandbox/products", json=PRODUCTS)).raise_for_status()
        yield Store(http, folder / "storefront.sqlite3")


async def is_due(ingest: Driver) -> None:
    """Let the time pass after which the store is asked again."""
    await has(ingest, "UPDATE reconciliation SET next_at = now()")


async def asks(ingest: Driver) -> list[Event]:
    """Have the store be asked; give what is said then."""
    await is_due(ingest)
    assert await ingest.does(RECONCILE)
    return await ingest.says()


async def has(ingest: Driver, statement: str) -> None:
    """Change what ingest's database has."""
    async with ingest.service.database.transaction() as transaction:
        await transaction.execute(statement)


def ingest_at(told: Json) -> AbstractAsyncContextManager[Driver]:
    return driving(build_app(Settings(**told)))


def missed(ingest: Driver) -> float:
    found = ingest.service.metrics.registry.get_sample_value("platen_webhooks_missed_total")
    assert found is not None
    return found
