"""The examples in the API's description are what the service really answers."""

from tests.integration.catalog.drafts import draft, location, side, template
from tests.support.examples import Example, try_all
from tests.support.service import Driver

ALL, ONE, ASSET = "/v1/products", "/v1/products/{product_id}", "/v1/assets/{sha256}"
TEE, OTHER = {"product_id": "adventure-tee"}, {"product_id": "other-tee"}


async def test_every_example_is_what_the_service_answers(catalog: Driver) -> None:
    misspelt = template(locations=[side(layers=[{"id": "name", "kind": "txet"}])])
    small = [location(width_px=450)]
    await try_all(
        catalog,
        [
            Example("A new product", "PUT", ONE, names=TEE, body=draft(), status=201),
            Example("The same once more: nothing happens", "PUT", ONE, names=TEE, body=draft()),
            Example(
                "Its variants are another product's",
                "PUT",
                ONE,
                names=OTHER,
                body=draft(),
                status=409,
            ),
            Example(
                "A template that nobody could print",
                "PUT",
                ONE,
                names=OTHER,
                body=draft(template=misspelt, print_locations=small),
                status=422,
            ),
            Example("The product with its template", "GET", ONE, names=TEE),
            Example("No such product", "GET", ONE, names=OTHER, status=404),
            Example("The first hundred", "GET", ALL, query={"limit": "100"}),
            Example("More than are given at once", "GET", ALL, query={"limit": "9000"}, status=422),
        ],
    )
