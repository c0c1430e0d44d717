"""The examples in the API's description are what the service really answers."""

from tests.integration.approval.examples import (
    SENT,
    acting,
    deciding,
    failing,
    reading,
    sending,
    story,
)
from tests.support.events import order_id
from tests.support.examples import try_all
from tests.support.service import Driver


async def test_every_example_is_what_the_service_answers(approval: Driver) -> None:
    await approval.hears(*story())
    await approval.http.post(f"/v1/orders/{order_id(SENT)}/approve")
    await approval.hears(*sending())

    await try_all(approval, [*reading(), *failing(), *deciding(), *acting()])
