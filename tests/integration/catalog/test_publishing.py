"""What catalog says when a product is published or changed."""

import asyncio

from shared.events import ProductChanged, ProductPublished
from tests.integration.catalog.drafts import draft, side, template, text, variant
from tests.support.service import Driver

TEE = "/v1/products/adventure-tee"


async def test_a_new_product_is_published_complete(catalog: Driver) -> None:
    answer = await catalog.http.put(TEE, json=draft())

    [published] = await catalog.says()
    assert answer.status_code == 201
    assert type(published) is ProductPublished
    assert (published.product_id, published.revision, published.template_version) == (
        "adventure-tee",
        1,
        1,
    )
    assert published.template == template()
    assert published.variants[0].provider_variant_id == "cpv-tee-black-m"
    assert published.print_locations[0].provider_location_id == "cp-front"


async def test_the_same_content_again_says_nothing(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())
    await catalog.says()

    answer = await catalog.http.put(TEE, json=draft())

    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert await catalog.says() == []


async def test_a_different_title_is_the_next_revision(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())
    await catalog.says()

    await catalog.http.put(TEE, json=draft(title="Great adventure tee"))

    [changed] = await catalog.says()
    assert isinstance(changed, ProductChanged)
    assert (changed.title, changed.revision) == ("Great adventure tee", 2)
    assert changed.template_version == 1


async def test_a_changed_template_gets_the_next_version(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())
    moved = side(layers=[text(content="{name}!")])

    await catalog.http.put(TEE, json=draft(template=template(locations=[moved])))

    [_, changed] = await catalog.says()
    assert isinstance(changed, ProductChanged)
    assert (changed.revision, changed.template_version) == (2, 2)


async def test_a_template_with_its_keys_reordered_is_the_same(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())
    reordered = dict(reversed(template().items()))

    answer = await catalog.http.put(TEE, json=draft(template=reordered))

    assert answer.json()["revision"] == 1


async def test_one_product_put_many_times_at_once_is_published_once(catalog: Driver) -> None:
    answers = await asyncio.gather(*[catalog.http.put(TEE, json=draft()) for _ in range(8)])

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert [type(event) for event in await catalog.says()] == [ProductPublished]


async def test_a_published_product_can_be_read_back(catalog: Driver) -> None:
    written = await catalog.http.put(TEE, json=draft())

    read = await catalog.http.get(TEE)

    assert read.json() == written.json()
    assert read.json()["template"] == template()


async def test_an_unknown_product_is_a_problem(catalog: Driver) -> None:
    answer = await catalog.http.get("/v1/products/nothing")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_list_goes_on_where_a_page_ended(catalog: Driver) -> None:
    for number in range(3):
        other = variant(storefront_variant_id=f"900{number}")
        await catalog.http.put(f"/v1/products/tee-{number}", json=draft(variants=[other]))

    first = (await catalog.http.get("/v1/products", params={"limit": 2})).json()
    rest = (await catalog.http.get("/v1/products", params={"after": first["next"]})).json()

    listed = [each["product_id"] for each in first["products"] + rest["products"]]
    assert listed == ["tee-0", "tee-1", "tee-2"]
    assert rest["next"] is None


async def test_the_list_of_another_shop_is_empty(catalog: Driver) -> None:
    await catalog.http.put(TEE, json=draft())

    answer = await catalog.http.get("/v1/products", params={"shop": "other.myshopify.com"})

    assert answer.json() == {"products": [], "next": None}
