"""The seed as it lies in this folder: products, the templates they name, and artwork."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent
KNOWN_ANSWER = "@"
"""Begins the property of a field that the order itself answers, such as `@variant`."""

Json = dict[str, Any]


class SeedVariant(BaseModel):
    """A variant for both sides: the factory's id of it, and the store's id and price."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant_id: str
    title: str
    storefront_variant_id: str
    provider_variant_id: str
    price: str


class SeedProduct(BaseModel):
    """A product for both sides; `template` is a file beside the seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product_id: str
    title: str
    is_personalized: bool
    template: str
    provider: str
    provider_product_id: str
    print_locations: tuple[Json, ...]
    storefront_product_id: int
    variants: tuple[SeedVariant, ...]


class SeedFile(BaseModel):
    """The file `products.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shop: str
    products: tuple[SeedProduct, ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """Everything that is loaded: products, template documents by file, artwork by hash."""

    shop: str
    products: tuple[SeedProduct, ...]
    templates: Mapping[str, Json]
    artwork: Mapping[str, Path]


def read_seed(folder: Path = FOLDER) -> Seed:
    """Read the seed; raises when a file that it names is missing."""
    seed = SeedFile.model_validate_json((folder / "products.json").read_bytes())
    templates = {
        product.template: json.loads((folder / product.template).read_bytes())
        for product in seed.products
    }
    artwork = {sha256(file.read_bytes()).hexdigest(): file for file in folder.rglob("*.png")}
    return Seed(seed.shop, seed.products, templates, artwork)


def as_draft(product: SeedProduct, shop: str, template: Json) -> Json:
    """Write the product as catalog is asked for it; SKUs are left to catalog."""
    draft = product.model_dump(exclude={"product_id", "storefront_product_id"})
    for variant in draft["variants"]:
        del variant["price"]
    return draft | {"shop": shop, "template": template}


def as_listing(product: SeedProduct, published: Json) -> Json:
    """Write the product as the sandbox store sells it, with the SKUs that catalog gave."""
    skus = {variant["variant_id"]: variant["sku"] for variant in published["variants"]}
    return {
        "product_id": product.storefront_product_id,
        "title": product.title,
        "variants": [
            {
                "id": int(variant.storefront_variant_id),
                "title": variant.title,
                "sku": skus[variant.variant_id],
                "price": variant.price,
            }
            for variant in product.variants
        ],
        "questions": [
            as_question(field)
            for field in published["template"].get("fields", [])
            if not field["property"].startswith("@")
        ],
    }


def as_question(field: Json) -> Json:
    """Write a template's field as the store asks the shopper for it."""
    return {
        "name": field["property"],
        "kind": field.get("kind", "text"),
        "choices": list(field.get("options", {})),
        "max_length": field.get("max_length", 60),
    }
