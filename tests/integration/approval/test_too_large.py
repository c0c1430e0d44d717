"""An order whose approval no broker would take: it waits for a person, and holds nobody up."""

from typing import Any

from services.approval.domain.approvable import APPROVAL_BYTES_MAX
from shared import outbox
from shared.events import OrderApproved, OrderReceived, PrintFileReady
from tests.support.events import (
    line_item,
    order_changed,
    order_id,
    order_received,
    print_file,
    print_file_ready,
)
from tests.support.service import Driver

# As many files as 700 lines with six print locations have: the time grows with the lines' square.
LINES = 200
LOCATIONS = tuple(f"panel-{number}" for number in range(21))


def lines(count: int = LINES) -> dict[str, Any]:
    return {"items": tuple(line_item(line_item_id=str(place)) for place in range(count))}


def ready(place: int, number: str = "1") -> PrintFileReady:
    files = tuple(print_file(print_location=name) for name in LOCATIONS)
    return print_file_ready(number, line_item_id=str(place), files=files)


async def hears_giant(approval: Driver, order: OrderReceived) -> None:
    await approval.hears(order)
    await approval.hears(*(ready(place) for place in range(LINES)))


async def shown(approval: Driver, number: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = (await approval.http.get(f"/v1/orders/{order_id(number)}")).json()
    return found


async def test_it_is_held_with_what_to_do_and_the_others_are_approved(approval: Driver) -> None:
    await hears_giant(approval, order_received("1", **lines()))
    await approval.hears(order_received("2"), print_file_ready("2"))

    answer = await approval.http.post("/v1/approvals", json={"filter": {}})

    order = await shown(approval)
    [reason] = order["reasons"]
    assert (order["status"], reason["code"]) == ("on_hold", "too_large")
    assert "200 lines with 4,200 print files" in reason["text"]
    assert "Split the order in the store" in reason["text"]
    assert answer.json()["approved"] == [order_id("2")]
    assert [event.key for event in await approval.says()] == [order_id("2")]


async def test_a_character_is_counted_with_all_its_bytes(approval: Driver) -> None:
    title = "冒険のTシャツ" * 480
    wide = tuple(line_item(line_item_id=str(place), title=title) for place in range(110))

    await approval.hears(order_received("1", items=wide))
    await approval.hears(*(print_file_ready("1", line_item_id=str(n)) for n in range(110)))

    [reason] = (await shown(approval))["reasons"]
    assert reason["code"] == "too_large"


async def test_with_fewer_lines_it_can_be_approved(approval: Driver) -> None:
    await hears_giant(approval, order_received("1", **lines()))

    await approval.hears(order_changed("1", **lines(85)))
    answer = await approval.http.post(f"/v1/orders/{order_id('1')}/approve")

    [said] = await approval.says()
    assert answer.status_code == 200
    assert isinstance(said, OrderApproved)
    assert len(said.items) == 85


async def test_one_that_waited_before_there_was_a_limit_is_not_promised(approval: Driver) -> None:
    await approval.hears(order_received("1"), print_file_ready("1"))
    async with approval.service.database.transaction() as transaction:
        await transaction.execute(
            "UPDATE review_facts SET snapshot = snapshot || repeat(' ', $1)", APPROVAL_BYTES_MAX
        )

    answer = await approval.http.post("/v1/approvals", json={"filter": {}})

    assert answer.json()["approved"] == []
    assert await approval.says() == []


def test_the_limit_leaves_room_for_what_is_added() -> None:
    assert outbox.MESSAGE_BYTES_MAX - APPROVAL_BYTES_MAX >= 10_000
