"""The page of an order with very many lines: some at a time, those that need a person first."""

import re

import pytest

from tests.support.events import (
    line_item,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
)
from tests.support.service import Driver

LINES = tuple(str(place) for place in range(250))
PATH = f"/orders/{order_id('1')}"
PAGE_BYTES_MAX = 500_000


@pytest.fixture
async def large(signed_in: Driver) -> Driver:
    """Give an order of which the last line could not be printed."""
    items = tuple(line_item(line_item_id=line, title=f"Tee {line}.") for line in LINES)
    await signed_in.hears(order_received("1", items=items))
    await signed_in.hears(*(print_file_ready("1", line_item_id=line) for line in LINES[:-1]))
    await signed_in.hears(print_file_failed("1", line_item_id=LINES[-1]))
    return signed_in


async def shown(approval: Driver, portion: str = "") -> str:
    return (await approval.http.get(PATH + portion)).text


def titles(page: str) -> list[str]:
    return re.findall(r"<h2>(Tee \d+\.)", page)


async def test_a_page_stays_small_however_many_lines_there_are(large: Driver) -> None:
    page = await shown(large)

    assert len(titles(page)) == 100
    assert len(page) < PAGE_BYTES_MAX
    assert "100 of 250 items are shown" in page


async def test_what_needs_a_person_is_shown_first(large: Driver) -> None:
    assert titles(await shown(large))[:2] == ["Tee 249.", "Tee 0."]


async def test_more_is_shown_when_it_is_asked_for(large: Driver) -> None:
    page = await shown(large, "?portion=300")

    assert sorted(titles(page)) == sorted(f"Tee {line}." for line in LINES)
    assert "are shown" not in page
    assert f'hx-get="{PATH}?portion=300"' in page


@pytest.mark.parametrize("portion", ["0", "-5", "many", "9" * 40])
async def test_a_portion_that_makes_no_sense_is_no_smaller(large: Driver, portion: str) -> None:
    assert len(titles(await shown(large, f"?portion={portion}"))) >= 100


async def test_whoever_acts_on_a_late_item_is_led_back_to_it(large: Driver) -> None:
    page = await shown(large, "?portion=300")
    line = "7"
    [action] = set(re.findall(r'action="([^"]+/make-again[^"]*)"', page))
    data = {"line_item_id": line}

    answer = await large.http.post(action, data=data, headers={"Sec-Fetch-Site": "same-origin"})

    address, _, place = answer.headers["location"].partition("#")
    assert address == f"{PATH}?done=make-again&portion=300"
    assert f'id="{place}"' in await shown(large, "?portion=300")
