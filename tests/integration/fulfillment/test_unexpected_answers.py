"""What fulfillment does when an answer about an order, or of its cost, is as nobody expects."""

from collections.abc import AsyncIterator

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.domain.quoting import FAILURES_MAX
from services.fulfillment.settings import Settings
from shared.events import (
    EventSetAside,
    EventsReplayed,
    OrderQuoted,
    QuoteRefused,
    ReplayRequested,
    quote_fingerprint,
)
from shared.unexpected import CODE, UNEXPECTED_MAX
from tests.contract.sandbox.world import serve_app
from tests.integration.fulfillment.completeful import Completeful, completeful_product, state
from tests.integration.fulfillment.quoting import ready, received
from tests.support.events import ADDRESS, approved_item, order_approved, order_id
from tests.support.service import Driver, driving
from tests.support.spoiling import NUL, Spoiling

ODDVILLE = ADDRESS.model_copy(update={"city": "Oddville"})
NESTED = "[" * 100_000


def spoil(request: str, answer: str) -> str:
    """Spoil what is answered of one order that is there, and what one city would cost."""
    if "Oddville" in request:
        return NESTED
    is_asked_about = order_id("1001") in answer and "lookup" not in request
    return answer.replace('"status":"', f'"status":"{NUL}') if is_asked_about else answer


@pytest.fixture
async def way(completeful: Completeful) -> Spoiling:
    return Spoiling(completeful.http, spoil, is_mended=True)


@pytest.fixture
async def spoiled(settings: Settings, way: Spoiling) -> AsyncIterator[Driver]:
    """Give the service, which reaches Completeful over the way that spoils its answers."""
    async with serve_app(way) as url:
        elsewhere = settings.model_copy(update={"completeful_url": f"{url}/v1"})
        async with driving(build_app(elsewhere)) as driver:
            await driver.hears(completeful_product())
            yield driver


async def place_and_spoil(fulfillment: Driver, way: Spoiling, *numbers: str) -> None:
    """Have orders placed, and whatever is said of the first from now on spoiled."""
    await fulfillment.hears(*[order_approved(number) for number in numbers])
    await fulfillment.tries("place")
    await fulfillment.says()
    way.is_mended = False


async def ask(fulfillment: Driver, times: int) -> None:
    for _ in range(times):
        await fulfillment.tries("follow")


async def test_an_order_whose_answers_cannot_be_kept_is_said_once_and_asked_about_again(
    spoiled: Driver, way: Spoiling
) -> None:
    await place_and_spoil(spoiled, way, "1001", "1002")

    await ask(spoiled, UNEXPECTED_MAX + 2)

    found, other = await state(spoiled, "1001"), await state(spoiled, "1002")
    said = [event for event in await spoiled.says() if isinstance(event, EventSetAside)]
    assert [(event.key, event.service, event.type) for event in said] == [
        (order_id("1001"), "fulfillment", "Completeful's answer")
    ]
    assert "CharacterNotInRepertoireError" in said[0].reason
    assert found["following_reason"] == said[0].reason
    assert (other["following_reason"], other["provider_status"] != "") == ("", True)


async def test_an_order_that_is_followed_again_by_itself_needs_nobody(
    spoiled: Driver, way: Spoiling
) -> None:
    await place_and_spoil(spoiled, way, "1001")
    await ask(spoiled, UNEXPECTED_MAX)
    way.is_mended = True

    await ask(spoiled, 1)

    said = [type(event) for event in await spoiled.says()]
    assert [each for each in said if each in {EventSetAside, EventsReplayed}] == [
        EventSetAside,
        EventsReplayed,
    ]


async def test_a_person_has_an_order_asked_about_as_if_nothing_had_failed(
    settings: Settings, way: Spoiling
) -> None:
    changes = {"retry_first_seconds": 3600, "retry_last_seconds": 3600}
    wish = ReplayRequested(order_id=order_id(), service="fulfillment", requested_by="merchant")
    async with serve_app(way) as url:
        slow = settings.model_copy(update={"completeful_url": f"{url}/v1"} | changes)
        async with driving(build_app(slow)) as fulfillment:
            await fulfillment.hears(completeful_product())
            await place_and_spoil(fulfillment, way, "1001")
            await ask(fulfillment, 1)
            waits = await fulfillment.is_due("follow")
            way.is_mended = True

            await fulfillment.hears(wish, wish)
            await ask(fulfillment, 1)

            found = await state(fulfillment)

    assert not waits
    assert (found["following_reason"], found["provider_status"] != "") == ("", True)


async def test_a_followed_order_that_cannot_be_read_keeps_no_other(
    spoiled: Driver, way: Spoiling
) -> None:
    await place_and_spoil(spoiled, way, "1001", "1002")
    way.is_mended = True
    async with spoiled.service.database.statement() as statement:
        await statement.execute(
            """UPDATE provider_order SET lines = '[["1"]]' WHERE order_id = $1""",
            order_id("1001"),
        )

    await ask(spoiled, 1)

    found, other = await state(spoiled, "1001"), await state(spoiled, "1002")
    assert "TypeError" in found["following_reason"]
    assert (other["following_reason"], other["provider_status"] != "") == ("", True)


async def test_a_cost_that_cannot_be_read_is_refused_with_the_reason_and_no_other(
    spoiled: Driver, way: Spoiling
) -> None:
    way.is_mended = False
    await spoiled.hears(
        received(shipping_address=ODDVILLE),
        ready(),
        received(number="1002"),
        ready(number="1002"),
    )

    for _ in range(FAILURES_MAX):
        await spoiled.tries("quote")

    quoted, refused = await spoiled.says()
    assert isinstance(quoted, OrderQuoted)
    assert isinstance(refused, QuoteRefused)
    assert (quoted.key, refused.key) == (order_id("1002"), order_id("1001"))
    assert (refused.code, "RecursionError" in refused.reason) == (CODE, True)
    assert refused.fingerprint == quote_fingerprint(ODDVILLE, [approved_item()])


async def test_an_order_whose_lines_cannot_be_read_keeps_no_other_from_its_quote(
    spoiled: Driver,
) -> None:
    await spoiled.hears(received(), ready(), received(number="1002"), ready(number="1002"))
    async with spoiled.service.database.statement() as statement:
        await statement.execute(
            """UPDATE quote SET lines = '[{}]' WHERE order_id = $1""", order_id("1001")
        )

    await spoiled.tries("quote")
    [quoted] = await spoiled.says()
    await spoiled.hears(received(changed_at=ready().occurred_at))
    await spoiled.tries("quote")
    [mended] = await spoiled.says()

    assert isinstance(quoted, OrderQuoted)
    assert isinstance(mended, OrderQuoted)
    assert (quoted.key, mended.key) == (order_id("1002"), order_id("1001"))
