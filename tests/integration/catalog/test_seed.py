"""What loading the demo's products does to catalog and to the sandbox store."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.sandbox.storefront.app import build_app
from deploy.sandbox.storefront.settings import Settings
from deploy.seed.load import LoadFailed, load_seed
from deploy.seed.products import Seed, read_seed
from shared.events import ProductPublished
from tests.contract.sandbox.world import serve_app
from tests.integration.catalog.drafts import art, location, picture, side, template, variant
from tests.support.service import Driver

ART, CONTENT = picture()
NAME = {"name": "name", "property": "Name"}
SHIRT = {"name": "s", "property": "@variant", "kind": "choice", "options": {"Black": "#000000"}}
COLOUR = {"name": "c", "property": "Ink", "kind": "choice", "options": {"Red": "#ff0000"}}
DRAWN = side(layers=[art(ART)])


@pytest.fixture
async def storefront() -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        access_token="token",
        webhook_secret="secret",
        webhook_url="http://127.0.0.1:1/webhooks",
        public_url="http://store.test",
    )
    async with (
        serve_app(build_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield client


def seed_in(folder: Path, **changes: Any) -> Seed:
    """Write a seed of one product into the folder and read it."""
    product: dict[str, Any] = {
        "product_id": "adventure-tee",
        "title": "Adventure tee",
        "is_personalized": True,
        "template": "tee.json",
        "provider": "completeful",
        "provider_product_id": "cp-tee",
        "print_locations": [location()],
        "storefront_product_id": 9000,
        "variants": [variant(price="26.00")],
    }
    folder.mkdir(exist_ok=True)
    listed = {"shop": "store.test", "products": [product | changes]}
    (folder / "products.json").write_text(json.dumps(listed))
    document = template(fields=[NAME, SHIRT, COLOUR], locations=[DRAWN])
    (folder / "tee.json").write_text(json.dumps(document))
    (folder / "art.png").write_bytes(CONTENT)
    return read_seed(folder)


async def test_the_seed_is_published_with_its_artwork(catalog: Driver, tmp_path: Path) -> None:
    [loaded] = await load_seed(seed_in(tmp_path / "seed"), catalog.http)

    [published] = await catalog.says()
    assert isinstance(published, ProductPublished)
    assert published.shop == "store.test"
    assert loaded.outcome == "published"
    assert (tmp_path / "files" / "assets" / f"{ART}.png").read_bytes() == CONTENT


async def test_the_seed_loaded_again_changes_nothing(catalog: Driver, tmp_path: Path) -> None:
    seed = seed_in(tmp_path / "seed")
    await load_seed(seed, catalog.http)
    await catalog.says()

    [loaded] = await load_seed(seed, catalog.http)

    assert loaded.outcome == "unchanged"
    assert await catalog.says() == []


async def test_the_store_sells_under_the_sku_that_catalog_gave(
    catalog: Driver, storefront: httpx.AsyncClient, tmp_path: Path
) -> None:
    await load_seed(seed_in(tmp_path / "seed"), catalog.http, storefront)

    order = {"line_items": [{"variant_id": 9001, "quantity": 1}]}
    placed = await storefront.post("/sandbox/orders", json=order)
    [named] = placed.json()["orders"]
    [line] = (await storefront.get(f"/sandbox/orders/{named['id']}")).json()["order"]["line_items"]
    assert (line["sku"], line["title"]) == ("ADVENTURE-TEE-BLACK-M", "Adventure tee")


async def test_the_store_asks_what_the_template_needs(
    catalog: Driver, storefront: httpx.AsyncClient, tmp_path: Path
) -> None:
    await load_seed(seed_in(tmp_path / "seed"), catalog.http, storefront)

    placed = await storefront.post("/sandbox/orders", json={"count": 1, "seed": 1})
    [named] = placed.json()["orders"]
    order = (await storefront.get(f"/sandbox/orders/{named['id']}")).json()["order"]
    answers = {each["name"]: each["value"] for each in order["line_items"][0]["properties"]}
    assert set(answers) == {"Name", "Ink"}
    assert answers["Ink"] == "Red"


async def test_a_refused_product_is_told_with_its_reason(catalog: Driver, tmp_path: Path) -> None:
    seed = seed_in(tmp_path / "seed", print_locations=[location(dpi=150)])

    with pytest.raises(LoadFailed, match=r"adventure-tee: 422 .* at 150"):
        await load_seed(seed, catalog.http)
