"""Approving all that was counted, and nothing that came or changed afterwards."""

import pytest

from tests.support.events import (
    line_item,
    order_changed,
    order_id,
    order_received,
    print_file_ready,
)
from tests.support.service import Driver

HERE = {"Origin": "http://approval", "HX-Request": "true"}
EVERYTHING = {"status": "needs_approval"}


async def wait_for_approval(approval: Driver, *numbers: str) -> None:
    for number in numbers:
        await approval.hears(order_received(number), print_file_ready(number))


async def state_of(approval: Driver, number: str) -> str:
    return str((await approval.http.get(f"/v1/orders/{order_id(number)}")).json()["status"])


async def test_what_came_or_changed_after_the_count_still_waits(approval: Driver) -> None:
    await wait_for_approval(approval, "1001", "1002")
    as_of = (await approval.http.get("/v1/orders")).json()["as_of"]
    await approval.hears(order_changed("1002", items=(line_item(quantity=5),)))
    await wait_for_approval(approval, "1003")

    answer = await approval.http.post(
        "/v1/approvals", json={"filter": EVERYTHING | {"as_of": as_of}}
    )

    outcome = answer.json()
    assert outcome["approved"] == [order_id("1001")]
    assert {each["order_id"]: each["code"] for each in outcome["refused"]} == {
        order_id("1002"): "newer",
        order_id("1003"): "newer",
    }
    assert [await state_of(approval, number) for number in ("1001", "1002", "1003")] == [
        "approved",
        "needs_approval",
        "needs_approval",
    ]
    assert len(await approval.says()) == 1


async def test_a_change_that_was_open_at_the_count_was_not_seen(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    async with approval.service.database.transaction() as transaction:
        await transaction.execute("UPDATE review SET changed_in = pg_current_xact_id()")
        as_of = (await approval.http.get("/v1/orders")).json()["as_of"]

    answer = await approval.http.post("/v1/approvals", json={"filter": {"as_of": as_of}})

    assert (answer.json()["approved"], await approval.says()) == ([], [])


async def test_the_page_names_what_nobody_counted(signed_in: Driver) -> None:
    await wait_for_approval(signed_in, "1001")
    counted = (await signed_in.http.get("/count")).json()
    await wait_for_approval(signed_in, "1002", "1003")

    form = {"all": "yes", "as_of": counted["as_of"]}
    page = (await signed_in.http.post("/approve", data=form, headers=HERE)).text

    assert counted["orders"] == 1
    assert "1 order approved. 2 orders came or changed after you looked; look at them" in page
    assert "#1003</a>: It came or changed after you looked" in page
    assert len(await signed_in.says()) == 1


@pytest.mark.parametrize(
    "as_of",
    ["now", "5:3:", "0:3:", "1:3:3", "2:9:1", "3:9:7,5", "3:9:5,", "3:9:,", "9" * 30 + ":1:"],
)
async def test_no_moment_of_ours_approves_nothing(approval: Driver, as_of: str) -> None:
    await wait_for_approval(approval, "1001")

    answer = await approval.http.post("/v1/approvals", json={"filter": {"as_of": as_of}})

    assert answer.status_code == 422
    assert await approval.says() == []
