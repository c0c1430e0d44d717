"""The demo's products agree with the factory, the renderer and catalog."""

import json
from pathlib import Path
from typing import Any

import pytest

import deploy.sandbox.completeful
from deploy.seed.products import SeedProduct, as_draft, read_seed
from services.catalog.domain.draft import Draft
from shared.templates.template import Template

SEED = read_seed()
FACTORY = Path(deploy.sandbox.completeful.__file__).with_name("catalog.json")

every_product = pytest.mark.parametrize("product", SEED.products, ids=lambda each: each.product_id)


@pytest.fixture(scope="module")
def factory() -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads(FACTORY.read_text())["products"]}


@every_product
def test_the_factory_makes_every_variant(
    product: SeedProduct, factory: dict[str, dict[str, Any]]
) -> None:
    made = {each["id"]: each["title"] for each in factory[product.provider_product_id]["variants"]}

    sold = {variant.provider_variant_id: variant.title for variant in product.variants}
    assert sold == made


@every_product
def test_the_factory_prints_what_the_seed_says(
    product: SeedProduct, factory: dict[str, dict[str, Any]]
) -> None:
    printed = [
        {
            "print_location": each["name"],
            "provider_location_id": each["id"],
            "width_px": each["file_width"],
            "height_px": each["file_height"],
            "dpi": each["dpi"],
        }
        for each in factory[product.provider_product_id]["print_locations"]
    ]

    assert list(product.print_locations) == printed


@every_product
def test_catalog_would_take_the_product(product: SeedProduct) -> None:
    draft = as_draft(product, SEED.shop, SEED.templates[product.template])

    assert Draft.model_validate(draft).title == product.title


def test_the_artwork_is_what_the_templates_draw() -> None:
    drawn = {
        name
        for document in SEED.templates.values()
        for name in Template.model_validate(document).assets
    }

    assert set(SEED.artwork) == drawn


def test_no_storefront_variant_is_sold_twice() -> None:
    sold = [variant.storefront_variant_id for each in SEED.products for variant in each.variants]

    assert len(set(sold)) == len(sold)
