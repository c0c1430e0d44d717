"""Load the demo's products into catalog and the sandbox store; safe to repeat."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.table import Table

from deploy.seed.products import Json, Seed, SeedProduct, as_draft, as_listing, read_seed


class LoadSettings(BaseSettings):
    """Where to load to; without a storefront only catalog is told."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    catalog_url: str
    catalog_api_key: SecretStr
    sandbox_storefront_url: str | None = None


class LoadFailed(Exception):
    """Catalog or the store did not take what it was sent; the message holds its answer."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A product as catalog has it now, and its revision before; 0 when there was none."""

    published: Json
    revision_before: int

    @property
    def outcome(self) -> str:
        """Say in a word what happened."""
        if self.revision_before == 0:
            return "published"
        return "changed" if self.published["revision"] > self.revision_before else "unchanged"


async def load_seed(
    seed: Seed, catalog: httpx.AsyncClient, storefront: httpx.AsyncClient | None = None
) -> list[Loaded]:
    """Upload artwork, publish the products, and let the store sell them.

    `catalog` carries the API key in its headers. Raises LoadFailed at the first refusal.
    """
    await load_artwork(seed.artwork, catalog)
    loaded = [await load_product(seed, product, catalog) for product in seed.products]
    if storefront is not None:
        listings = [
            as_listing(product, each.published)
            for product, each in zip(seed.products, loaded, strict=True)
        ]
        check(await storefront.put("/sandbox/products", json=listings), "the store's products")
    return loaded


async def load_artwork(artwork: Mapping[str, Path], catalog: httpx.AsyncClient) -> None:
    """Upload every picture under its hash."""
    for name, file in sorted(artwork.items()):
        content = await asyncio.to_thread(file.read_bytes)
        check(await catalog.put(f"/v1/assets/{name}", content=content), file.name)


async def load_product(seed: Seed, product: SeedProduct, catalog: httpx.AsyncClient) -> Loaded:
    """Publish one product, or bring it up to date."""
    path = f"/v1/products/{product.product_id}"
    known = await catalog.get(path)
    before = 0 if known.status_code == httpx.codes.NOT_FOUND else check(known, path)["revision"]
    draft = as_draft(product, seed.shop, seed.templates[product.template])
    return Loaded(check(await catalog.put(path, json=draft), product.product_id), before)


def check(response: httpx.Response, what: str) -> Json:
    """Give the answer's body; raises LoadFailed with what the other side said."""
    if response.is_error:
        raise LoadFailed(f"{what}: {response.status_code} from {response.url}: {response.text}")
    body: Json = response.json() if response.content else {}
    return body


def print_loaded(console: Console, loaded: list[Loaded]) -> None:
    """Print a table of the products."""
    table = Table(title="Products", header_style="bold")
    for heading in ("product", "shop", "variants", "revision", "template", ""):
        table.add_column(heading)
    for each in loaded:
        product = each.published
        table.add_row(
            f"{product['title']} ({product['product_id']})",
            product["shop"],
            str(len(product["variants"])),
            str(product["revision"]),
            f"version {product['template_version']}",
            each.outcome,
        )
    console.print(table)


async def main() -> None:
    """Load the seed to where the environment says."""
    settings = LoadSettings()
    key = settings.catalog_api_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"}
    seed = await asyncio.to_thread(read_seed)
    async with (
        httpx.AsyncClient(base_url=settings.catalog_url, headers=headers, timeout=60) as catalog,
        httpx.AsyncClient(base_url=settings.sandbox_storefront_url or "", timeout=60) as store,
    ):
        storefront = store if settings.sandbox_storefront_url else None
        print_loaded(Console(), await load_seed(seed, catalog, storefront))


if __name__ == "__main__":
    asyncio.run(main())
