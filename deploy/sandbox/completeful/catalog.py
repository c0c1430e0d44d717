"""The base products that Completeful prints on, as `catalog.json` lists them."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

from starlette.requests import Request

from deploy.sandbox.completeful.door import Answer
from deploy.sandbox.completeful.problems import Problem, not_found
from deploy.sandbox.records import Document

LIMIT_MAX = 200


@cache
def products() -> tuple[Document, ...]:
    """Give every base product."""
    return tuple(json.loads((Path(__file__).parent / "catalog.json").read_text())["products"])


def find_product(product_id: str | None) -> Document | None:
    """Give a base product by its id."""
    return next((each for each in products() if each["id"] == product_id), None)


def find_variant(product: Document, variant_id: str | None) -> Document | None:
    """Give a variant of a product by its id."""
    found: list[Document] = [each for each in product["variants"] if each["id"] == variant_id]
    return found[0] if found else None


def find_location(product: Document, location_id: str) -> Document | None:
    """Give a print location of a product by its id."""
    found: list[Document] = [
        each for each in product["print_locations"] if each["id"] == location_id
    ]
    return found[0] if found else None


def cost_of(variant: Document, plan: str) -> Decimal:
    """Give what one piece costs on a plan."""
    return Decimal(variant["cost"][plan])


async def list_products(request: Request) -> Answer:
    """Answer GET /catalog/products."""
    query = request.query_params
    start = _number(query.get("cursor") or query.get("offset") or "0")
    limit = min(_number(query.get("limit") or "50"), LIMIT_MAX)
    wanted = query.get("search", "").lower()
    found = [each for each in products() if wanted in each["name"].lower()]
    items = [product_view(each, _included(request)) for each in found[start : start + limit]]
    more = start + limit < len(found)
    pagination = {
        "limit": limit,
        "offset": start,
        "count": len(items),
        "next_cursor": str(start + limit) if more else None,
        "has_more": more,
    }
    return 200, {"items": items, "products": items, "pagination": pagination}


async def get_product(request: Request) -> Answer:
    """Answer GET /catalog/products/{productId} and …/by-sku/{sku}."""
    return 200, {"product": product_view(_asked(request), _included(request))}


async def get_part(request: Request) -> Answer:
    """Answer GET /catalog/products/{productId}/variants, …/print-locations and …/shipping."""
    part = request.url.path.rpartition("/")[2].replace("-", "_")
    return 200, {part: product_view(_asked(request), {part})[part]}


def product_view(product: Document, included: set[str]) -> Document:
    """Show a base product, with the relations that are asked for."""
    lead = product["variants"][0]
    parts = {
        "variants": [_variant_view(each, is_lead=each is lead) for each in product["variants"]],
        "print_locations": [_location_view(each) for each in product["print_locations"]],
        "shipping": {"package": {}, **product["shipping"]},
        "images": [],
        "mockups": [],
    }
    asked = set(parts) if "all" in included else included & set(parts)
    return {
        "id": product["id"],
        "catalog_product_id": product["id"],
        "sku": lead["sku"],
        "name": product["name"],
        "product_type": product["product_type"],
        "print_type": product["print_type"],
        "available": True,
        "marketplace_eligible": True,
        "pricing": {"currency": "USD", "fulfillment_cost": lead["cost"]},
        "material": product["material"],
        "default_title": product["name"],
        "default_description": product["description"],
        "tags": [product["product_type"]],
        "variant_title": lead["title"],
        "variant_attributes": lead["attributes"],
        **{name: parts[name] for name in parts if name in asked},
    }


def _location_view(location: Document) -> Document:
    """Show a print location; the sandbox has no product photo to draw it on."""
    unknown = dict.fromkeys(("x", "y", "width", "height", "artboard_image_url"))
    artboard = {"artboard_width": 1000, "artboard_height": 1000, "shape_type": "rectangle"}
    return unknown | artboard | {"enabled": True} | location


def _variant_view(variant: Document, *, is_lead: bool) -> Document:
    return {
        "id": variant["id"],
        "sku": variant["sku"],
        "name": variant["title"],
        "title": variant["title"],
        "variant_title": variant["title"],
        "attributes": variant["attributes"],
        "variant_attributes": variant["attributes"],
        "is_primary": is_lead,
        "is_lead": is_lead,
        "pricing": {"currency": "USD", "fulfillment_cost": variant["cost"]},
    }


def _asked(request: Request) -> Document:
    sku, product_id = request.path_params.get("sku"), request.path_params.get("productId")
    for product in products():
        if product["id"] == product_id or sku in {each["sku"] for each in product["variants"]}:
            return product
    raise not_found("Product")


def _included(request: Request) -> set[str]:
    return set(request.query_params.get("include", "").split(","))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Problem(400, "invalid_request", f"not a number: {text}")
    return int(text)
