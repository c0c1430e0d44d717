"""What a service could not take in of an order, given up by a person or a program."""

import pytest
from httpx import Response

from services.approval.access import create_key
from services.approval.settings import Settings
from shared.events import FailureDropRequested
from shared.web import Role
from tests.integration.approval.conftest import KEY
from tests.integration.approval.test_letters import HERE, REASON, look_as_viewer, page
from tests.support.events import event_set_aside, order_id, order_received, print_file_ready
from tests.support.service import Driver

ORDER = f"/orders/{order_id('1')}"
BUTTON = "Give up what fulfillment could not take in"


async def press(approval: Driver, service: str = "fulfillment") -> Response:
    return await approval.http.post(f"{ORDER}/give-up", data={"service": service}, headers=HERE)


@pytest.fixture
async def stuck(signed_in: Driver) -> Driver:
    """Give an order of which two services could not take something in."""
    await signed_in.hears(order_received("1"), print_file_ready("1"))
    await signed_in.hears(event_set_aside("1"), event_set_aside("1", service="notifier"))
    await signed_in.says()
    return signed_in


async def test_that_service_is_asked_to_give_it_up(stuck: Driver) -> None:
    before = await page(stuck, ORDER)

    answer = await press(stuck)

    assert BUTTON in before
    assert answer.headers["Location"] == f"{ORDER}?done=give-up"
    [wish] = await stuck.says()
    assert isinstance(wish, FailureDropRequested)
    assert (wish.service, wish.kind, wish.names) == (
        "fulfillment",
        "dead_letter",
        (order_id("1"),),
    )
    assert wish.requested_by


async def test_the_page_says_who_gave_what_up(stuck: Driver) -> None:
    await press(stuck)

    after = await page(stuck, f"{ORDER}?done=give-up")

    assert BUTTON not in after
    assert REASON not in after
    assert "Gave up what fulfillment could not take in: OrderApproved" in after
    assert "Give up what notifier could not take in" in after


async def test_it_is_given_up_once(stuck: Driver) -> None:
    await press(stuck)
    await stuck.says()

    answers = [await press(stuck), await press(stuck, "catalog")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert await stuck.says() == []


async def test_a_viewer_may_not_give_it_up(stuck: Driver, settings: Settings) -> None:
    await look_as_viewer(stuck, settings)

    answer = await press(stuck)

    assert answer.status_code == 403
    assert BUTTON not in await page(stuck, ORDER)
    assert await stuck.says() == []


async def by_program(approval: Driver, service: str, key: str = KEY, **headers: str) -> Response:
    known = {"Authorization": f"Bearer {key}"} | headers
    body = {"service": service}
    return await approval.http.post(f"/v1{ORDER}/give-up", json=body, headers=known)


async def test_a_program_gives_up_what_the_order_names(stuck: Driver) -> None:
    known = {"Authorization": f"Bearer {KEY}"}
    before = (await stuck.http.get(f"/v1{ORDER}", headers=known)).json()

    services = [concern["service"] for concern in before["concerns"]]
    answer = await by_program(stuck, services[0])

    after = (await stuck.http.get(f"/v1{ORDER}", headers=known)).json()
    [wish] = await stuck.says()
    assert services == ["fulfillment", "notifier"]
    assert answer.json() == {"events": ["FailureDropRequested"]}
    assert isinstance(wish, FailureDropRequested)
    assert (wish.service, wish.requested_by) == ("fulfillment", "API key")
    assert [concern["service"] for concern in after["concerns"]] == ["notifier"]
    assert (after["timeline"][-1]["kind"], after["timeline"][-1]["who"]) == ("GivenUp", "API key")


async def test_a_program_gives_it_up_once(stuck: Driver) -> None:
    key = {"Idempotency-Key": "one"}

    answers = [await by_program(stuck, "notifier", **key) for _ in range(2)]
    again = await by_program(stuck, "notifier")

    assert [answer.status_code for answer in (*answers, again)] == [200, 200, 409]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert again.json()["code"] == "not_now"
    assert len(await stuck.says()) == 1


async def test_a_program_that_may_only_look_gives_nothing_up(stuck: Driver) -> None:
    looking = await create_key(stuck.service.database, "reports", Role.VIEWER, "the tests")

    refused = await by_program(stuck, "notifier", key=looking)
    stale = await by_program(stuck, "notifier", **{"If-Match": '"1"'})

    assert (refused.status_code, stale.status_code) == (403, 412)
    assert await stuck.says() == []
