"""The sandbox of the outside world, served beside the system."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.house import Outside
from deploy.sandbox.completeful import app as completeful_app
from deploy.sandbox.completeful import settings as completeful_settings
from deploy.sandbox.storefront import app as storefront_app
from deploy.sandbox.storefront import settings as storefront_settings
from deploy.serving import listen, url_of
from shared.server import serving

STOREFRONT_PORT = 8090
COMPLETEFUL_PORT = 8091
LOOPBACK = ("127.0.0.1",)


@dataclass(frozen=True)
class Sandbox:
    """Where the sandbox's two sides are reached, and how the system is to know them."""

    storefront_url: str
    completeful_url: str
    outside: Outside


@asynccontextmanager
async def sandbox(
    platen_url: str, keys: Mapping[str, str], folder: Path, *, step_seconds: float
) -> AsyncIterator[Sandbox]:
    """Serve a store and a factory whose records stay in the folder."""
    store_at, factory_at = listen(STOREFRONT_PORT), listen(COMPLETEFUL_PORT)
    store = storefront_settings.Settings(
        access_token=keys["shopify_access"],
        webhook_secret=keys["shopify_webhook"],
        webhook_url=f"{platen_url}/webhooks/shopify",
        public_url=url_of(store_at),
        folder=folder,
    )
    factory = completeful_settings.Settings(
        live_key=keys["completeful_live"],
        subscribe_url=f"{platen_url}/webhooks/completeful",
        subscribe_secret=keys["completeful_webhook"],
        allow_private_urls=True,
        folder=folder,
        step_seconds=step_seconds,
    )
    outside = Outside(
        shop=store.shop_domain,
        shopify_url=url_of(store_at),
        shopify_token=keys["shopify_access"],
        shopify_webhook_secret=keys["shopify_webhook"],
        completeful_url=f"{url_of(factory_at)}/v1",
        completeful_shop_id=str(factory.shop_id),
        completeful_key=keys["completeful_live"],
        completeful_webhook_secret=keys["completeful_webhook"],
        photo_hosts=LOOPBACK,
    )
    async with (
        serving(completeful_app.build_app(factory), factory_at, lifespan=True),
        serving(storefront_app.build_app(store), store_at, lifespan=True),
    ):
        yield Sandbox(url_of(store_at), url_of(factory_at), outside)
