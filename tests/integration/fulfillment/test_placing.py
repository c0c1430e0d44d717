"""What fulfillment does when an order is approved."""

import asyncio

from pydantic import SecretStr
from structlog.testing import capture_logs

from services.fulfillment.app import build_app
from services.fulfillment.domain.placing import PASSING_FAILURES_MAX
from services.fulfillment.settings import Settings
from shared.events import FulfillmentRefused, FulfillmentStarted
from tests.integration.fulfillment.completeful import (
    TEST_KEY,
    Completeful,
    completeful_product,
    state,
)
from tests.support.events import ADDRESS, approved_item, order_approved, order_id
from tests.support.service import Driver, driving


async def test_an_approved_order_is_placed_once(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    [started] = await fulfillment.says()
    assert isinstance(started, FulfillmentStarted)
    assert started.provider_order_id == order["id"]
    assert (order["external_order_id"], order["creations"]) == (order_id(), 1)


async def test_the_provider_gets_the_very_file_that_was_approved(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    [order] = await completeful.orders()
    assert f"/files/prints/{'a' * 64}.png?expires=" in order["print_files"][0]["url"]


async def test_a_second_approval_of_a_placed_order_changes_nothing(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")

    await fulfillment.hears(order_approved())

    assert await fulfillment.does_all("place") == 0
    [order] = await completeful.orders()
    assert order["creations"] == 1


async def test_two_lanes_never_take_the_same_order(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved("1001"), order_approved("1002"))

    await asyncio.gather(*(fulfillment.does("place") for _ in range(4)))

    assert [order["creations"] for order in await completeful.orders()] == [1, 1]


async def test_a_refusal_says_what_to_do_and_can_be_approved_again(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("refuse", match=order_id())
    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")
    [refused] = await fulfillment.says()

    await fulfillment.hears(order_approved())
    await fulfillment.does_all("place")
    [started] = await fulfillment.says()

    assert isinstance(refused, FulfillmentRefused)
    assert isinstance(started, FulfillmentStarted)
    assert (refused.code, refused.reason.endswith("Send it again.")) == ("order_refused", True)
    assert (await state(fulfillment))["approval"] == 2


async def test_the_log_has_no_word_of_a_refusal_which_may_quote_the_shopper(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("refuse", match=order_id())
    await fulfillment.hears(order_approved())
    with capture_logs() as logs:
        await fulfillment.does_all("place")

    [line] = [line for line in logs if line["event"] == "order_refused"]
    assert (line["code"], "reason" in line) == ("order_refused", False)
    assert "Send it again" not in str(logs)


async def test_an_address_that_cannot_be_shipped_to_is_never_sent(
    fulfillment: Driver, completeful: Completeful
) -> None:
    address = ADDRESS.model_copy(update={"postal_code": ""})
    await fulfillment.hears(order_approved(shipping_address=address))
    await fulfillment.does_all("place")

    [refused] = await fulfillment.says()
    assert isinstance(refused, FulfillmentRefused)
    assert refused.code == "address_incomplete"
    assert await completeful.orders() == []


async def test_a_limit_leaves_the_provider_alone_and_loses_nothing(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await completeful.goes_wrong("rate_limit", seconds=60)
    await fulfillment.hears(order_approved("1001"), order_approved("1002"))

    assert await fulfillment.does_all("place") == 1

    assert (await fulfillment.http.get("/v1/provider")).json()["is_held"]
    assert (await state(fulfillment))["status"] == "waiting"
    assert "slow down" in (await state(fulfillment))["reason"]


async def test_a_dry_run_is_told_as_one_and_never_taken_for_an_order(
    settings: Settings, completeful: Completeful
) -> None:
    trial = settings.model_copy(update={"completeful_key": SecretStr(TEST_KEY)})
    async with driving(build_app(trial)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        await fulfillment.does_all("place")

        [refused] = await fulfillment.says()
        mode = (await fulfillment.http.get("/v1/provider")).json()["mode"]

    assert isinstance(refused, FulfillmentRefused)
    assert (refused.code, mode) == ("dry_run", "test")
    assert await completeful.orders() == []


async def test_an_order_waits_for_a_product_that_comes_late(
    fulfillment: Driver, completeful: Completeful
) -> None:
    item = approved_item(product_id="late")
    await fulfillment.hears(order_approved(items=(item,)))
    await fulfillment.does("place")
    waiting = await state(fulfillment)

    await fulfillment.hears(completeful_product("late"))
    await fulfillment.does_all("place")

    assert (waiting["status"], waiting["reason"]) == ("waiting", "product late is not published")
    assert len(await completeful.orders()) == 1


async def test_an_order_does_not_wait_for_a_product_for_ever(settings: Settings) -> None:
    impatient = settings.model_copy(update={"product_wait_seconds": 0})
    async with driving(build_app(impatient)) as fulfillment:
        await fulfillment.hears(order_approved())
        await fulfillment.does_all("place")

        [refused] = await fulfillment.says()

    assert isinstance(refused, FulfillmentRefused)
    assert refused.code == "unknown_product"


async def test_a_failing_order_holds_no_other_up(
    settings: Settings, completeful: Completeful
) -> None:
    patient = settings.model_copy(update={"retry_first_seconds": 60, "retry_last_seconds": 60})
    await completeful.goes_wrong("error", match=order_id("1001"), count=1000)
    numbers = [str(number) for number in range(1001, 1011)]
    async with driving(build_app(patient)) as fulfillment:
        await fulfillment.hears(completeful_product(), *map(order_approved, numbers))

        attempts = await fulfillment.does_all("place")
        placed = [(await state(fulfillment, number))["status"] for number in numbers]

    assert attempts == len(numbers)
    assert placed == ["waiting", *["placed"] * 9]


async def test_an_order_nobody_approved_is_not_known(fulfillment: Driver) -> None:
    answer = await fulfillment.http.get(f"/v1/placements/{order_id('9999')}")

    assert answer.status_code == 404


async def test_a_file_that_cannot_be_fetched_is_waited_for(
    settings: Settings, completeful: Completeful
) -> None:
    async with driving(build_app(with_files_away(settings))) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())

        for _ in range(2 * PASSING_FAILURES_MAX):
            assert await fulfillment.does("place")

        assert await fulfillment.says() == []
        assert (await state(fulfillment))["status"] == "waiting"


async def test_a_file_that_cannot_be_fetched_for_long_is_told_of(
    settings: Settings, completeful: Completeful
) -> None:
    impatient = with_files_away(settings).model_copy(update={"files_wait_seconds": 0})
    async with driving(build_app(impatient)) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())

        attempts = await fulfillment.does_all("place")

        [refused] = await fulfillment.says()
    assert isinstance(refused, FulfillmentRefused)
    assert (refused.code, attempts) == ("print_file_unreachable", PASSING_FAILURES_MAX + 1)
    assert "See that the address can be reached" in refused.reason


def with_files_away(settings: Settings) -> Settings:
    """Give the settings with an address for files at which nobody answers."""
    files = settings.files.model_copy(update={"url": "http://127.0.0.1:9"})
    return settings.model_copy(update={"files": files})
