"""The examples in the API's description are what the service really answers."""

from tests.integration.notifier.storefront import Storefront
from tests.support.examples import Example, try_all
from tests.support.service import Driver

KEY = "key of the tests"
ONE = "/v1/packages/{order_id}"


async def test_every_example_is_what_the_service_answers(
    notifier: Driver, storefront: Storefront
) -> None:
    notifier.http.headers["Authorization"] = f"Bearer {KEY}"
    bought = await storefront.sells()
    package = bought.ships()
    await notifier.hears(package)
    await notifier.does_all("update_store")

    await try_all(
        notifier,
        [
            Example("The store knows the package", "GET", ONE, names={"order_id": package.key}),
            Example("No such order", "GET", ONE, "0", status=404),
        ],
    )
