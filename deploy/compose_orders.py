"""Orders that go the whole way through a running system, judged from outside of it.

`deploy.compose_test` runs this beside the containers, where all of them can be reached.
"""

import asyncio
import os
import sys

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console

from deploy.demo.outcome import Outcome, find_outcomes
from deploy.demo.table import print_outcomes
from shared.logs import set_up_logs

POLL_SECONDS = 1.0
WIDTH = 150


class Settings(BaseSettings):
    """Where the system and the sandbox are reached."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    kafka_servers: str
    platen_url: str
    approval_api_key: SecretStr
    sandbox_storefront_url: str
    sandbox_completeful_url: str
    orders: int = 10
    patience_seconds: float = 180.0


async def main() -> bool:
    """Place the orders, approve them and wait; True when every one ended well."""
    settings = Settings()
    await place_orders(settings)
    headers = {"Authorization": f"Bearer {settings.approval_api_key.get_secret_value()}"}
    async with httpx.AsyncClient(
        base_url=settings.platen_url, headers=headers, timeout=60
    ) as approval:
        outcomes = await see_through(settings, approval)
    return print_outcomes(Console(width=WIDTH), outcomes) and len(outcomes) == settings.orders


async def place_orders(settings: Settings) -> None:
    """Let shoppers order in the sandbox store."""
    async with httpx.AsyncClient(base_url=settings.sandbox_storefront_url, timeout=60) as store:
        wanted = {"count": settings.orders, "seed": 1}
        (await store.post("/sandbox/orders", json=wanted)).raise_for_status()


async def see_through(settings: Settings, approval: httpx.AsyncClient) -> list[Outcome]:
    """Approve whatever waits, until every order has ended well or patience has."""
    ends = asyncio.get_running_loop().time() + settings.patience_seconds
    while True:
        wanted = {"filter": {"status": "needs_approval"}}
        (await approval.post("/v1/approvals", json=wanted)).raise_for_status()
        outcomes = await find_outcomes(
            settings.kafka_servers,
            settings.sandbox_storefront_url,
            settings.sandbox_completeful_url,
        )
        is_over = all(not outcome.missing for outcome in outcomes)
        if is_over or asyncio.get_running_loop().time() > ends:
            return outcomes
        await asyncio.sleep(POLL_SECONDS)


if __name__ == "__main__":
    set_up_logs(os.environ.get("LOG_LEVEL", "WARNING"))
    sys.exit(0 if asyncio.run(main()) else 1)
