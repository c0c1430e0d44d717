"""An approval that cools off: it can be taken back, and what changes takes it back."""

from datetime import timedelta
from typing import Any

from services.approval.app import build_app
from services.approval.settings import Settings
from shared.events import OrderApproved, OrderWithdrawn
from tests.integration.approval.conftest import KEY
from tests.support.events import (
    ADDRESS,
    line_item,
    order_cancelled,
    order_changed,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.service import Driver, driving

MOVED = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})


async def approve(approval: Driver, *numbers: str) -> dict[str, Any]:
    for number in numbers:
        ready = print_file_ready(number, item_fingerprint=line_item().fingerprint)
        await approval.hears(order_received(number), ready)
    ids = [order_id(number) for number in numbers]
    answer = await approval.http.post("/v1/approvals", json={"order_ids": ids})
    outcome: dict[str, Any] = answer.json()
    return outcome


async def shown(approval: Driver, number: str = "1001") -> dict[str, Any]:
    order: dict[str, Any] = (await approval.http.get(f"/v1/orders/{order_id(number)}")).json()
    return order


async def wait(approval: Driver, minutes: float) -> None:
    """Let time pass, as far as approvals are concerned."""
    async with approval.service.database.transaction() as transaction:
        await transaction.execute(
            "UPDATE review SET goes_out_at = goes_out_at - $1::interval",
            timedelta(minutes=minutes),
        )


async def ask(approval: Driver, what: str, body: object = None) -> Any:
    return await approval.http.post(f"/v1/orders/{order_id()}/{what}", json=body)


async def test_nothing_is_said_before_the_time_has_come(cooling: Driver) -> None:
    outcome = await approve(cooling, "1001")
    await wait(cooling, 9.5)
    early = await cooling.does("send")
    order = await shown(cooling)

    await wait(cooling, 0.6)
    await cooling.does_all("send")

    [said] = await cooling.says()
    assert isinstance(said, OrderApproved)
    assert (said.approved_by, said.snapshot_hash) == ("API key", order["snapshot_hash"])
    assert (early, order["status"], outcome["goes_out_at"] > outcome["approved_at"]) == (
        False,
        "approved",
        True,
    )
    assert (await shown(cooling))["goes_out_at"] is None


async def test_an_approval_is_undone_before_it_goes_out(cooling: Driver) -> None:
    await approve(cooling, "1001")

    undone = await ask(cooling, "undo-approval")

    await wait(cooling, 20)
    await cooling.does_all("send")
    order = await shown(cooling)
    assert (undone.status_code, order["status"], order["approved_by"]) == (
        200,
        "needs_approval",
        None,
    )
    assert order["concerns"][0]["text"] == (
        "Approved by API key, but before it went out: taken back by API key"
    )
    assert [entry["text"] for entry in order["timeline"]][-2:] == [
        "Approved",
        "Took the approval back",
    ]
    assert await cooling.says() == []


async def test_what_has_gone_out_is_not_undone(cooling: Driver) -> None:
    await approve(cooling, "1001")
    await wait(cooling, 20)
    await cooling.does_all("send")

    late = await ask(cooling, "undo-approval")

    assert (late.status_code, late.json()["detail"]) == (
        409,
        "It has gone out already: cancel it instead.",
    )


async def test_many_are_undone_at_once_and_the_others_named(cooling: Driver) -> None:
    await approve(cooling, "1001", "1002")
    await cooling.hears(order_received("1003"))
    ids = [order_id(number) for number in ("1001", "1002", "1003", "1004")]

    answer = await cooling.http.post("/v1/approvals/undo", json={"order_ids": [*ids, "x"]})

    assert answer.json()["undone"] == ids[:2]
    assert [each["status"] for each in answer.json()["refused"]] == [409, 404, 404]


async def test_an_edit_in_the_store_takes_the_approval_back(cooling: Driver) -> None:
    await approve(cooling, "1001")

    await cooling.hears(order_changed(shipping_address=MOVED))

    order = await shown(cooling)
    assert (order["status"], order["shipping_address"]["line1"]) == (
        "needs_approval",
        MOVED.line1,
    )
    assert order["concerns"][0]["text"] == (
        "Approved by API key, but before it went out: changed in the store: shipping address"
    )
    await ask(cooling, "approve")
    await wait(cooling, 20)
    await cooling.does_all("send")
    [said] = await cooling.says()
    assert isinstance(said, OrderApproved)
    assert said.shipping_address == MOVED


async def test_a_cancelled_order_never_goes_out(cooling: Driver) -> None:
    await approve(cooling, "1001", "1002")

    await cooling.hears(order_cancelled())
    withdrawn = await cooling.http.post(
        f"/v1/orders/{order_id('1002')}/cancel", json={"reason": "the shopper called"}
    )

    await wait(cooling, 20)
    await cooling.does_all("send")
    assert withdrawn.status_code == 200
    assert [type(event) for event in await cooling.says()] == [OrderWithdrawn]
    assert [(await shown(cooling, each))["status"] for each in ("1001", "1002")] == [
        "cancelled"
    ] * 2


async def test_news_that_change_nothing_leave_the_approval(cooling: Driver) -> None:
    await approve(cooling, "1001")

    await cooling.hears(order_changed())
    await cooling.hears(print_file_ready(item_fingerprint=line_item().fingerprint))

    assert (await shown(cooling))["status"] == "approved"


async def test_a_hold_takes_the_approval_back(cooling: Driver) -> None:
    await approve(cooling, "1001")

    held = await ask(cooling, "hold", {"reason": "the shopper is asked"})

    assert (held.status_code, (await shown(cooling))["status"]) == (200, "on_hold")
    await wait(cooling, 20)
    assert await cooling.does("send") is False


async def test_no_rule_approves_what_a_person_took_back(settings: Settings) -> None:
    own = settings.model_copy(update={"cooling_off_minutes": 10, "auto_approve_under": 5000})
    async with driving(build_app(own)) as approval:
        approval.http.headers["Authorization"] = f"Bearer {KEY}"
        await approval.hears(order_received(), print_file_ready())
        await approval.does_all("rules")
        before = await shown(approval)

        await ask(approval, "undo-approval")
        await approval.does_all("rules")

        assert (before["approved_by"], before["status"]) == ("rule: small order", "approved")
        assert (await shown(approval))["status"] == "needs_approval"


async def test_a_reprint_waits_until_the_first_has_gone_out(cooling: Driver) -> None:
    await approve(cooling, "1001")

    assert (await ask(cooling, "reprint")).status_code == 409


async def test_counts_stay_true_when_approvals_are_taken_back(cooling: Driver) -> None:
    await approve(cooling, "1001", "1002")
    await ask(cooling, "undo-approval")
    await cooling.hears(order_changed("1002", shipping_address=None))

    async with cooling.service.database.transaction() as transaction:
        rows = await transaction.fetch(
            "SELECT status, sum(orders)::int FROM tally GROUP BY 1 HAVING sum(orders) <> 0"
        )

    assert dict(map(tuple, rows)) == {"needs_approval": 1, "on_hold": 1}
