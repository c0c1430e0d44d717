"""What a service could not take in: shown with its reason, and tried again by a person."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import Response
from typer.testing import CliRunner

from deploy.cli import app
from services.approval.access import COOKIE
from services.approval.settings import Settings
from shared.events import Event, EventsReplayed, ReplayRequested
from shared.web import Person, Role, Sessions
from tests.support.events import (
    event_set_aside,
    events_replayed,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.service import Driver, record

BANNER = "1 order needs you:"
REASON = "The service fulfillment could not take in OrderApproved: KeyError"
OWN = "News of 1 order"
HERE = {"Sec-Fetch-Site": "same-origin"}


async def page(approval: Driver, path: str = "/") -> str:
    return (await approval.http.get(path)).text


async def press(approval: Driver, number: str = "1") -> Response:
    return await approval.http.post(f"/orders/{order_id(number)}/retry", headers=HERE)


async def have_replayed(approval: Driver, number: str = "2") -> Response:
    data = {"key": order_id(number)}
    return await approval.http.post("/letters/replay", data=data, headers=HERE)


async def give_up(approval: Driver, number: str = "2") -> Response:
    data = {"key": order_id(number)}
    return await approval.http.post("/letters/drop", data=data, headers=HERE)


@pytest.fixture
async def stuck(signed_in: Driver) -> Driver:
    """Give an order whose approval fulfillment could not take in, and one that is well."""
    for number in ("1", "2"):
        await signed_in.hears(order_received(number), print_file_ready(number))
        await signed_in.http.post(f"/orders/{order_id(number)}/approve", headers=HERE)
    await signed_in.hears(event_set_aside("1"))
    await signed_in.says()
    return signed_in


async def look_as_viewer(approval: Driver, settings: Settings) -> None:
    approval.http.cookies.clear()
    viewer = Person("Vera", Role.VIEWER).sealed()
    session = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))
    approval.http.cookies.set(COOKIE, session)


async def lose_touch(approval: Driver, number: str = "1") -> None:
    """Have approval itself set something of the order aside."""
    await approval.hears_records(record(b"{}", order_id(number), []))


def wishes(said: list[Event]) -> list[tuple[str, str]]:
    return [(each.key, each.service) for each in said if isinstance(each, ReplayRequested)]


async def test_a_stuck_order_is_shown_with_reason_and_button(stuck: Driver) -> None:
    listed, order = (
        await page(stuck, "/?trouble=yes"),
        await page(stuck, f"/orders/{order_id('1')}"),
    )

    assert BANNER in await page(stuck, "/?view=fulfilled")
    assert listed.count('<tr id="o-') == 1
    for shown in (listed, order):
        assert REASON in shown
        assert f"/orders/{order_id('1')}/retry" in shown


async def test_the_button_asks_that_service_to_try_again(stuck: Driver) -> None:
    answer = await press(stuck)

    assert answer.status_code == 303
    assert wishes(await stuck.says()) == [(order_id("1"), "fulfillment")]
    assert BANNER not in await page(stuck)


async def test_a_second_press_asks_for_nothing(stuck: Driver) -> None:
    await press(stuck)
    await stuck.says()

    answer = await press(stuck)

    assert answer.status_code == 409
    assert await stuck.says() == []


async def test_what_fails_again_is_shown_again(stuck: Driver) -> None:
    await press(stuck)
    await stuck.hears(event_set_aside("1"))

    assert BANNER in await page(stuck)


async def test_what_was_replayed_is_in_trouble_no_more(stuck: Driver) -> None:
    await stuck.hears(events_replayed("1"))

    assert BANNER not in await page(stuck)
    order = await page(stuck, f"/orders/{order_id('1')}")
    assert REASON not in order
    assert "fulfillment is up to date again" in order


async def test_late_news_of_a_letter_change_nothing(stuck: Driver) -> None:
    late = event_set_aside("2")
    await stuck.hears(events_replayed("2"), late)

    assert BANNER in await page(stuck)
    assert REASON not in await page(stuck, f"/orders/{order_id('2')}")


async def test_a_viewer_may_not_have_it_tried_again(stuck: Driver, settings: Settings) -> None:
    await lose_touch(stuck, "2")
    await look_as_viewer(stuck, settings)

    answers = [
        await press(stuck),
        await have_replayed(stuck),
        await give_up(stuck),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert wishes(await stuck.says()) == []
    assert not await stuck.service.consumer.replay_next()
    shown = await page(stuck, "/failures")
    assert "an unknown event of" in shown
    assert "/letters/" not in shown


async def test_what_approval_itself_lost_is_shown_with_buttons(stuck: Driver) -> None:
    await lose_touch(stuck, "2")
    assert OWN in await page(stuck)
    shown = await page(stuck, "/failures")
    assert f'an unknown event of\n<a href="/orders/{order_id("2")}">#2</a>' in shown
    assert "the record has no ce_type header" in shown
    for action in ("replay", "drop"):
        assert f'action="/letters/{action}"' in shown

    await have_replayed(stuck)

    assert OWN not in await page(stuck)
    assert await stuck.service.consumer.replay_next()
    assert OWN in await page(stuck), "it failed again"


async def test_what_approval_itself_lost_is_given_up(stuck: Driver) -> None:
    await lose_touch(stuck, "2")
    await stuck.says()

    await give_up(stuck)

    assert OWN not in await page(stuck)
    assert "Nothing has failed" in await page(stuck, "/failures")
    assert [type(event) for event in await stuck.says()] == [EventsReplayed]
    async with stuck.service.database.transaction() as transaction:
        did = await transaction.fetchval("SELECT did FROM audit ORDER BY id DESC LIMIT 1")
    assert did == "gave dead letters up"


async def test_an_order_that_is_not_known_is_named_as_such(stuck: Driver) -> None:
    await lose_touch(stuck, "3")

    assert "an order that is not known here yet" in await page(stuck, "/failures")


async def test_news_behind_an_own_letter_are_heard_after_it(stuck: Driver) -> None:
    await lose_touch(stuck, "2")
    await stuck.hears(event_set_aside("2"))
    assert REASON not in await page(stuck, f"/orders/{order_id('2')}")

    async with stuck.service.database.transaction() as transaction:
        await transaction.execute("DELETE FROM dead_letter WHERE type = 'unknown'")
    await have_replayed(stuck)
    await stuck.service.consumer.replay_next()

    assert REASON in await page(stuck, f"/orders/{order_id('2')}")


async def test_letters_dropped_in_a_terminal_are_said_to_be_gone(
    stuck: Driver, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await lose_touch(stuck, "2")
    await stuck.says()
    monkeypatch.setenv("KAFKA_SERVERS", settings.kafka_servers)
    for name in ("DATABASE_URL", "APPROVAL_DATABASE_URL"):
        monkeypatch.setenv(name, str(settings.database_url))
    words = ("dead-letters", "drop", "approval", order_id("2"), "--folder", str(tmp_path))

    done = await asyncio.to_thread(lambda: CliRunner().invoke(app, words, input="y\n"))

    assert done.exit_code == 0, done.output
    assert [type(event) for event in await stuck.says()] == [EventsReplayed]
    assert OWN not in await page(stuck)


async def test_an_orders_own_page_says_what_it_could_not_take_in(stuck: Driver) -> None:
    await lose_touch(stuck, "2")
    address, lost = f"/orders/{order_id('2')}", "This page could not take in an unknown event"
    before = await page(stuck, address)
    data = {"key": order_id("2"), "order": order_id("2")}

    answer = await stuck.http.post("/letters/replay", data=data, headers=HERE)

    assert lost in before
    assert all(f'name="{name}" value="{value}"' in before for name, value in data.items())
    assert answer.headers["location"] == f"{address}?done=retry"
    assert lost not in await page(stuck, address)
    assert lost not in await page(stuck, f"/orders/{order_id('1')}")
