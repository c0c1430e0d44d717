"""The examples in the API's description are what the service really answers."""

import pytest

from tests.support.events import order_approved
from tests.support.examples import Example, try_all
from tests.support.service import Driver

KEY = "key of the tests"
ONE = "/v1/placements/{order_id}"


@pytest.fixture
def step_seconds() -> float:
    """Give a factory that does not go on while it is looked at."""
    return 3600.0


async def test_every_example_is_what_the_service_answers(fulfillment: Driver) -> None:
    fulfillment.http.headers["Authorization"] = f"Bearer {KEY}"
    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    await try_all(
        fulfillment,
        [
            Example("Orders are really made", "GET", "/v1/provider"),
            Example("An order that is being made", "GET", ONE, "1001"),
            Example("No such order", "GET", ONE, "0", status=404),
        ],
    )
