"""How a person approves, and what approval says then."""

import asyncio

from shared.cloudevents import encode
from shared.events import (
    OrderApproved,
    PrintFileRequested,
    StorefrontUpdateRequested,
)
from tests.support.events import (
    ADDRESS,
    fulfillment_refused,
    order_cancelled,
    order_changed,
    order_id,
    order_received,
    print_file,
    print_file_failed,
    print_file_ready,
    shipped,
    storefront_refused,
)
from tests.support.service import Driver, read_outbox


async def wait_for_approval(approval: Driver, *numbers: str) -> None:
    for number in numbers:
        await approval.hears(order_received(number), print_file_ready(number))


async def status_of(approval: Driver, number: str = "1001") -> str:
    answer = await approval.http.get(f"/v1/orders/{order_id(number)}")
    return str(answer.json()["status"])


async def test_nothing_is_approved_without_a_person(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")

    assert await approval.says() == []


async def test_approving_says_exactly_what_was_seen(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")

    answer = await approval.http.post(f"/v1/orders/{order_id()}/approve")

    outcome = answer.json()
    assert (outcome["approved"], outcome["refused"]) == ([order_id()], [])
    assert outcome["goes_out_at"] is None
    [said] = await approval.says()
    assert isinstance(said, OrderApproved)
    assert said.shipping_address == ADDRESS
    assert said.items[0].files == (print_file(),)
    assert said.approved_by == "API key"
    assert await status_of(approval) == "approved"


async def test_what_the_statement_says_is_written_like_every_event(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    await approval.http.post(f"/v1/orders/{order_id()}/approve")

    async with approval.service.database.transaction() as transaction:
        [promise] = await read_outbox(transaction)

    said = OrderApproved.model_validate_json(promise.value)
    as_written = encode(said, "approval")
    headers = dict(promise.headers)
    expected = dict(as_written.headers)
    assert headers.pop("traceparent")[:36] == expected.pop("traceparent")[:36]
    assert (headers, promise.topic, promise.key) == (
        expected,
        as_written.topic,
        as_written.key,
    )


async def test_two_people_at_once_approve_once(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")

    answers = await asyncio.gather(
        *(approval.http.post(f"/v1/orders/{order_id()}/approve") for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await approval.says()) == 1


async def test_what_changed_since_it_was_seen_is_not_approved(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    seen = (await approval.http.get(f"/v1/orders/{order_id()}")).headers["ETag"]
    moved = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})
    await approval.hears(order_changed(shipping_address=moved))

    answer = await approval.http.post(
        f"/v1/orders/{order_id()}/approve", headers={"If-Match": seen}
    )

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["changes"]) == (
        "changed",
        ["Changed in the store: shipping address"],
    )
    assert await approval.says() == []


async def test_the_hash_that_was_seen_lets_the_approval_through(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    seen = (await approval.http.get(f"/v1/orders/{order_id()}")).json()["snapshot_hash"]

    answer = await approval.http.post(
        f"/v1/orders/{order_id()}/approve", json={"snapshot_hash": seen}
    )

    assert answer.status_code == 200


async def test_each_order_that_cannot_be_approved_is_named(approval: Driver) -> None:
    await wait_for_approval(approval, "1001", "1002", "1003")
    await approval.http.post(f"/v1/orders/{order_id('1002')}/approve")
    await approval.hears(order_cancelled("1003"), order_received("1004"))
    ids = [order_id(number) for number in ("1001", "1002", "1003", "1004", "1005")]

    answer = await approval.http.post("/v1/approvals", json={"order_ids": [*ids, "no-id"]})

    refused = {refusal["order_id"]: refusal for refusal in answer.json()["refused"]}
    assert answer.json()["approved"] == [ids[0]]
    assert [refused[key]["code"] for key in [*ids[1:], "no-id"]] == [
        "already_approved",
        "cancelled",
        "not_ready",
        "unknown",
        "unknown",
    ]


async def test_everything_that_waits_is_approved_at_once(approval: Driver) -> None:
    await wait_for_approval(approval, "1001", "1002")
    await approval.hears(order_received("1003"))

    answer = await approval.http.post(
        "/v1/approvals", json={"filter": {"status": "needs_approval"}}
    )

    assert sorted(answer.json()["approved"]) == sorted([order_id("1001"), order_id("1002")])
    assert len(await approval.says()) == 2


async def test_an_edit_after_the_approval_changes_nothing_approved(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    await approval.http.post(f"/v1/orders/{order_id()}/approve")
    await approval.says()

    await approval.hears(order_changed(shipping_address=None))

    order = (await approval.http.get(f"/v1/orders/{order_id()}")).json()
    assert (order["status"], order["shipping_address"]["line1"]) == ("approved", ADDRESS.line1)
    assert order["concerns"][0]["code"] == "changed_after_approval"


async def test_a_refused_order_is_sent_again_as_approved(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    await approval.http.post(f"/v1/orders/{order_id()}/approve")
    [first] = await approval.says()
    await approval.hears(fulfillment_refused())
    assert await status_of(approval) == "refused"

    await approval.http.post(f"/v1/orders/{order_id()}/retry")

    [again] = await approval.says()
    assert isinstance(again, OrderApproved)
    assert isinstance(first, OrderApproved)
    assert (again.items, again.snapshot_hash) == (first.items, first.snapshot_hash)
    assert again.event_id != first.event_id
    assert await status_of(approval) == "approved"


async def test_a_failed_print_is_asked_for_again(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_failed())

    answer = await approval.http.post(f"/v1/orders/{order_id()}/retry")

    assert answer.json() == {"events": ["PrintFileRequested"]}
    [said] = await approval.says()
    assert isinstance(said, PrintFileRequested)
    assert said.line_item_id == "7001"
    assert await status_of(approval) == "receiving_files"


async def test_a_store_that_was_not_told_is_told_again(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")
    await approval.hears(shipped(), storefront_refused())

    await approval.http.post(f"/v1/orders/{order_id()}/retry")

    [said] = await approval.says()
    assert isinstance(said, StorefrontUpdateRequested)
    assert said.shipment_id == "cf-1001-1"


async def test_what_has_not_failed_is_not_tried_again(approval: Driver) -> None:
    await wait_for_approval(approval, "1001")

    answer = await approval.http.post(f"/v1/orders/{order_id()}/retry")
    unknown = await approval.http.post(f"/v1/orders/{order_id('9999')}/retry")

    assert (answer.status_code, unknown.status_code) == (409, 404)
    assert await approval.says() == []
