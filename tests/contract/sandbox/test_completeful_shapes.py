"""Completeful's answers have the fields and types that its OpenAPI document (0.1.0) states.

`completeful_openapi_0.1.0.json` notes the published schemas that we use, field by field.
"""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.contract.sandbox.world import SHOP, FileServer, Json, mug_order, png

PUBLISHED: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "completeful_openapi_0.1.0.json").read_text()
)
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "null": (type(None),),
}


def faults_of(value: Any, kind: str, place: str) -> list[str]:
    """Say where a value is not of a published kind."""
    if kind.startswith("["):
        inner = kind[1:-1]
        return [
            fault
            for number, each in enumerate(value)
            for fault in faults_of(each, inner, f"{place}[{number}]")
        ]
    if kind in PUBLISHED:
        fields = PUBLISHED[kind]
        return [
            fault
            for key, each in value.items()
            for fault in (
                faults_of(each, fields[key], f"{place}.{key}")
                if key in fields
                else [f"{place}.{key} is not published"]
            )
        ]
    allowed = tuple(each for part in kind.split("|") for each in TYPES[part])
    is_stray_boolean = isinstance(value, bool) and "boolean" not in kind
    fits = isinstance(value, allowed) and not is_stray_boolean
    return [] if fits else [f"{place} is {value!r}, not {kind}"]


async def get(completeful: httpx.AsyncClient, path: str) -> Json:
    body: Json = (await completeful.get(path)).raise_for_status().json()
    return body


async def test_an_order_is_of_the_published_shape(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = mug_order("A-1", files.put("a.png", png()))

    created = await completeful.post(f"{SHOP}/orders", json=order)

    assert faults_of(created.json()["order"], "Order", "order") == []
    assert set(created.json()["order"]) == set(PUBLISHED["Order"])
    listed = await get(completeful, f"{SHOP}/orders")
    assert faults_of(listed["orders"], "[Order]", "orders") == []
    assert faults_of(listed["pagination"], "CursorPagination", "pagination") == []


async def test_a_quote_is_of_the_published_shape(completeful: httpx.AsyncClient) -> None:
    order = mug_order(None, "https://files.test/a.png", "https://files.test/b.png")

    answer = await completeful.post(f"{SHOP}/orders/quote", json=order)

    quote = answer.json()["quote"]
    assert faults_of(quote, "Quote", "quote") == []
    assert (quote["subtotal"], quote["shipping_total"]) == (12.5, 10.0)
    assert quote["total_partner_cost"] == 22.5


async def test_the_catalog_is_of_the_published_shape(completeful: httpx.AsyncClient) -> None:
    path = "/v1/catalog/products?include=variants,print_locations,shipping"

    body = await get(completeful, path)

    assert faults_of(body["items"], "[CatalogProductEnriched]", "items") == []
    shirt, mug = body["items"]
    assert [shirt["print_locations"][0][each] for each in ("file_width", "file_height", "dpi")] == [
        4500,
        5400,
        300,
    ]
    assert mug["print_locations"][0]["name"] == "wrap"
    assert len(shirt["variants"]) == 20
    assert [each["id"] for each in shirt["variants"] if each["is_lead"]] == [shirt["id"]]


async def test_a_catalog_without_relations_shows_none(completeful: httpx.AsyncClient) -> None:
    body = await get(completeful, "/v1/catalog/products?limit=1")

    assert "variants" not in body["items"][0]
    assert body["pagination"]["has_more"] is True
    rest = await get(
        completeful, f"/v1/catalog/products?cursor={body['pagination']['next_cursor']}"
    )
    assert [each["name"] for each in rest["items"]] == ["Ceramic Mug 11 oz"]


async def test_shops_and_webhooks_are_of_the_published_shape(
    completeful: httpx.AsyncClient,
) -> None:
    shops = await get(completeful, "/v1/shops")
    webhooks = await get(completeful, f"{SHOP}/webhooks")

    assert faults_of(shops["shops"], "[Shop]", "shops") == []
    assert faults_of(webhooks["webhooks"], "[Webhook]", "webhooks") == []


async def test_a_refusal_is_of_the_published_shape(completeful: httpx.AsyncClient) -> None:
    order = mug_order(None, "https://files.test/a.png") | {"currency": "EUR"}

    answer = await completeful.post(f"{SHOP}/orders", json=order)

    assert answer.status_code == 422
    problem = answer.json()
    assert faults_of(problem, "Error", "error") == []
    assert (problem["field"], problem["allowed_values"]) == ("currency", ["USD"])
    assert problem["path"] == "/v1/shops/{shopId}/orders"
