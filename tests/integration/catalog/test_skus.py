"""How variants get their SKUs, and what a SKU can be changed to."""

import asyncio
from typing import Any

from tests.integration.catalog.drafts import draft, variant
from tests.support.service import Driver

TEE = "/v1/products/adventure-tee"
WHITE: dict[str, Any] = {
    "variant_id": "white-m",
    "title": "White / M",
    "storefront_variant_id": "9002",
}


def skus(answer: Any) -> list[str]:
    return [each["sku"] for each in answer.json()["variants"]]


async def test_a_variant_without_a_sku_gets_a_readable_one(catalog: Driver) -> None:
    answer = await catalog.http.put(TEE, json=draft())

    assert skus(answer) == ["ADVENTURE-TEE-BLACK-M"]


async def test_a_variant_keeps_its_sku_when_its_title_changes(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())

    answer = await catalog.http.put(TEE, json=draft(variants=[variant(title="Coal / M")]))

    assert skus(answer) == ["ADVENTURE-TEE-BLACK-M"]


async def test_a_changed_sku_keeps_the_provider_mapping(catalog: Driver) -> None:
    before = await catalog.http.put(TEE, json=draft())

    after = await catalog.http.put(TEE, json=draft(variants=[variant(sku="MY-OWN-1")]))

    assert skus(after) == ["MY-OWN-1"]
    assert after.json()["revision"] == 2
    for name in ("variant_id", "provider_variant_id", "storefront_variant_id"):
        assert after.json()["variants"][0][name] == before.json()["variants"][0][name]


async def test_two_variants_can_swap_their_skus(catalog: Driver) -> None:
    first, second = variant(sku="ONE"), variant(**WHITE, sku="TWO")
    await catalog.http.put(TEE, json=draft(variants=[first, second]))

    swapped = [first | {"sku": "TWO"}, second | {"sku": "ONE"}]
    answer = await catalog.http.put(TEE, json=draft(variants=swapped))

    assert skus(answer) == ["TWO", "ONE"]


async def test_automatic_skus_of_one_shop_never_collide(catalog: Driver) -> None:
    first = draft(variants=[variant(title="Red", storefront_variant_id="1")])
    second = draft(variants=[variant(title="Big red", storefront_variant_id="2")])

    answers = await asyncio.gather(
        catalog.http.put("/v1/products/tee-big", json=first),
        catalog.http.put("/v1/products/tee", json=second),
    )

    assert sorted(sku for answer in answers for sku in skus(answer)) == [
        "TEE-BIG-RED",
        "TEE-BIG-RED-2",
    ]


async def test_a_sku_of_another_product_is_refused(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft(variants=[variant(sku="ONE")]))
    await catalog.says()

    other = variant(sku="ONE", storefront_variant_id="9002")
    answer = await catalog.http.put("/v1/products/other", json=draft(variants=[other]))

    assert answer.status_code == 409
    assert answer.json()["taken"] == {"ONE": "adventure-tee"}
    assert await catalog.says() == []


async def test_a_storefront_variant_of_another_product_is_refused(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())

    answer = await catalog.http.put("/v1/products/other", json=draft())

    assert answer.status_code == 409
    assert answer.json()["taken"] == {"9001": "adventure-tee"}


async def test_the_same_sku_is_free_in_another_shop(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft(variants=[variant(sku="ONE")]))

    other = draft(shop="other.myshopify.com", variants=[variant(sku="ONE")])
    answer = await catalog.http.put("/v1/products/other", json=other)

    assert answer.status_code == 201


async def test_a_product_stays_in_its_shop(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())

    answer = await catalog.http.put(TEE, json=draft(shop="other.myshopify.com"))

    assert answer.status_code == 409
    assert "adventure-tee" in answer.json()["detail"]
