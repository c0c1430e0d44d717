"""How orders are listed, found and refused."""

from datetime import timedelta
from itertools import chain

import pytest

from services.approval.store import listing
from shared.events import Shopper
from tests.support.events import MOMENT, order_id, order_received, print_file_ready, shipped
from tests.support.service import Driver


async def listed(approval: Driver, **query: str | int) -> list[str]:
    answer = await approval.http.get("/v1/orders", params=query)
    assert answer.status_code == 200, answer.text
    return [order["order_number"] for order in answer.json()["orders"]]


async def test_pages_follow_one_another_without_a_gap(approval: Driver) -> None:
    for number in range(7):
        placed = MOMENT + timedelta(minutes=number // 2)
        await approval.hears(order_received(str(number), placed_at=placed))

    pages, after = [], None
    while True:
        query = {"limit": 3} | ({"after": after} if after else {})
        answer = (await approval.http.get("/v1/orders", params=query)).json()
        pages.append([order["order_number"] for order in answer["orders"]])
        if (after := answer["next"]) is None:
            break

    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(chain.from_iterable(pages)) == [f"#{number}" for number in range(7)]
    assert pages[0][0] == "#6"


async def test_orders_are_found_by_status(approval: Driver) -> None:
    await approval.hears(order_received("1"), order_received("2"), print_file_ready("2"))

    assert await listed(approval, status="needs_approval") == ["#2"]
    assert await listed(approval, status="fulfilled") == []


@pytest.mark.parametrize("words", ["#77", "77", "grace", "GRACE hop", "grace@ex", "tee-bl", "9400"])
async def test_orders_are_found_by_the_beginnings_of_words(approval: Driver, words: str) -> None:
    shopper = Shopper(name="Grace Hopper", email="grace@example.com")
    await approval.hears(order_received("1", items=()))
    await approval.hears(order_received("77", shopper=shopper), shipped("77"))

    assert await listed(approval, search=words) == ["#77"]


@pytest.mark.parametrize("every", [1, 2, 5, 11])
async def test_words_of_any_frequency_find_the_same(
    approval: Driver, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT", (2, 6))
    monkeypatch.setattr(listing, "RARE", 4)
    for number in range(24):
        shopper = Shopper(name="Grace" if number % every == 0 else "Ada")
        placed = MOMENT + timedelta(minutes=number)
        await approval.hears(order_received(str(number), shopper=shopper, placed_at=placed))

    found = await listed(approval, search="grace", limit=3)
    oldest = await listed(approval, search="grace", limit=3, sort="oldest")

    expected = [f"#{number}" for number in range(0, 24, every)]
    assert (oldest, found) == (expected[:3], expected[::-1][:3])


@pytest.mark.parametrize("words", ["'", "\\", "a & b | !c", "' | '", ":*", "(("])
async def test_no_search_can_break_the_query(approval: Driver, words: str) -> None:
    await approval.hears(order_received())

    assert await listed(approval, search=f"nothing {words}") == []


async def test_without_the_key_nothing_is_told(approval: Driver) -> None:
    await approval.hears(order_received())
    del approval.http.headers["Authorization"]

    answers = [
        await approval.http.get("/v1/orders"),
        await approval.http.get(f"/v1/orders/{order_id()}"),
        await approval.http.post("/v1/approvals", json={"filter": {}}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3


@pytest.mark.parametrize("name", [order_id("9999"), "1001", "%00"])
async def test_an_unknown_order_is_a_problem(approval: Driver, name: str) -> None:
    answer = await approval.http.get(f"/v1/orders/{name}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/orders?after=!", None),
        ("GET", "/v1/orders?after=MjAyNi0wMS0wMXx4", None),
        ("GET", "/v1/orders?limit=0", None),
        ("GET", "/v1/orders?status=lost", None),
        ("POST", "/v1/approvals", {}),
        ("POST", "/v1/approvals", {"order_ids": []}),
        ("POST", "/v1/approvals", {"order_ids": ["1"], "filter": {}}),
        ("POST", "/v1/approvals", {"filter": {"status": "on_hold"}}),
        ("POST", "/v1/approvals", {"filter": {"stauts": "needs_approval"}}),
    ],
)
async def test_a_request_that_makes_no_sense_is_a_problem(
    approval: Driver, method: str, path: str, body: dict[str, object] | None
) -> None:
    answer = await approval.http.request(method, path, json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"]
