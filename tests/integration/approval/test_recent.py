"""What approval remembers of the orders it wrote last, and when it reads them again."""

from services.approval.domain import Review, Status
from services.approval.store.recent import Recent
from tests.support.events import (
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
    shipped,
)
from tests.support.service import Driver


async def status_of(approval: Driver, number: str) -> str:
    answer = await approval.http.get(f"/v1/orders/{order_id(number)}")
    return str(answer.json()["status"])


async def test_several_news_of_one_order_in_a_batch_are_all_learned(approval: Driver) -> None:
    await approval.hears(order_received("1"), order_received("2"), print_file_ready("1"))

    assert await status_of(approval, "1") == Status.NEEDS_APPROVAL
    assert await status_of(approval, "2") == Status.RECEIVING_FILES


async def test_what_was_changed_by_an_action_since_is_read_again(approval: Driver) -> None:
    await approval.hears(order_received("1"), print_file_ready("1"))
    answer = await approval.http.post(f"/v1/orders/{order_id('1')}/approve")
    answer.raise_for_status()

    await approval.hears(fulfillment_started("1"))
    await approval.hears(shipped("1"))

    assert await status_of(approval, "1") == Status.FULFILLED


def test_a_review_that_another_transaction_wrote_is_not_found() -> None:
    recent = Recent()
    recent.keep([Review("1")], "700")

    assert recent.find("1", "700") == Review("1")
    assert recent.find("1", "701") is None
    assert recent.find("2", "700") is None


def test_only_the_newest_are_remembered() -> None:
    recent = Recent(most=2)
    recent.keep([Review("1"), Review("2"), Review("3")], "700")

    assert [bool(recent.find(name, "700")) for name in "123"] == [False, True, True]
