"""What catalog refuses, and what it tells whoever asked."""

from typing import Any

import pytest

from tests.integration.catalog.drafts import draft, location, side, template, text, variant
from tests.support.service import Driver

TEE = "/v1/products/adventure-tee"
TWICE = [variant(sku="ONE"), variant(sku="ONE", variant_id="b", storefront_variant_id="2")]

UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "a SKU given twice": (draft(variants=TWICE), "sku given twice: ONE"),
    "a variant given twice": (draft(variants=[variant(), variant()]), "variant_id given twice"),
    "no variant": (draft(variants=[]), "variants"),
    "an unknown print location": (
        draft(template=template(locations=[side(id="back")])),
        "the template prints on 'back'",
    ),
    "a file of the wrong size": (
        draft(print_locations=[location(width_px=2700)]),
        "the provider wants 2700 x 5400 at 300",
    ),
    "a template without locations": (draft(template={"name": "x"}), "locations"),
    "nothing asked of the shopper": (
        draft(template=template(fields=[], locations=[side(layers=[text(content="Hello")])])),
        "asks the shopper nothing",
    ),
    "a NUL in the template": (draft(template=template(name="a\x00b")), "NUL"),
    "a NUL in the title": (draft(title="a\x00b"), "title"),
    "a misspelt key in the template": (
        draft(template=template(locations=[side(layers=[text(colour="#000000")])])),
        "body.template.locations.0.layers.0.colour: is not known here: check its spelling",
    ),
    "a colour that is none": (
        draft(template=template(locations=[side(layers=[text(fill="red")])])),
        "body.template.locations.0.layers.0.fill: should be a colour such as",
    ),
    "a font that does not exist": (
        draft(template=template(locations=[side(layers=[text(font={"family": "Osvald"})])])),
        "layers.0.font.family: the font 'Osvald' is unknown; did you mean 'Oswald'?",
    ),
    "a layer that asks what nobody answers": (
        draft(template=template(locations=[side(layers=[text(content="{motto}")])])),
        "body.template: layer 'name' uses the unknown field 'motto'",
    ),
    "a template too large to send": (
        draft(template=template(note="x" * 300_000)),
        "at most 256000",
    ),
    "a misspelt field": (draft(tittle="x"), "tittle"),
}


@pytest.mark.parametrize(("asked", "told"), UNFIT.values(), ids=UNFIT)
async def test_a_product_that_cannot_be_is_refused(
    catalog: Driver, asked: dict[str, Any], told: str
) -> None:
    answer = await catalog.http.put(TEE, json=asked)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    assert await catalog.says() == []


async def test_a_template_nested_too_deep_is_refused(catalog: Driver) -> None:
    nested: dict[str, Any] = {}
    for _ in range(100):
        nested = {"deeper": nested}

    answer = await catalog.http.put(TEE, json=draft(template=template(extra=nested)))

    assert answer.status_code == 422
    assert "nested deeper" in answer.json()["detail"]


async def test_a_number_that_is_none_is_refused(catalog: Driver) -> None:
    body = b'{"template": {"name": "x", "locations": [NaN]}}'

    answer = await catalog.http.put(TEE, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


async def test_a_product_id_with_a_slash_is_no_product(catalog: Driver) -> None:
    answer = await catalog.http.put("/v1/products/Not Good", json=draft())

    assert answer.status_code == 422
    assert "product_id" in answer.json()["detail"]


@pytest.mark.parametrize("shown", ["", "Bearer wrong", "Basic Zm9v", "Bearer catalog-kéy"])
async def test_without_the_key_nobody_is_let_in(catalog: Driver, shown: str) -> None:
    headers = {b"Authorization": shown.encode()}

    answer = await catalog.http.get("/v1/products", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_product_that_no_broker_takes_is_refused_with_its_size(catalog: Driver) -> None:
    long = "\N{GRINNING FACE}" * 240
    many = [
        variant(
            variant_id=f"v-{number}",
            storefront_variant_id=f"{long}{number}",
            provider_variant_id=f"{long}{number}",
            title=f"{long}{number}",
        )
        for number in range(500)
    ]

    answer = await catalog.http.put(TEE, json=draft(variants=many))

    assert answer.status_code == 422
    assert answer.json()["title"] == "Too large to publish"
    assert (await catalog.http.get(TEE)).status_code == 404
    assert await catalog.says() == []
