"""What a person may do with an order besides approving it."""

from typing import Any

from shared.events import (
    AddressCorrected,
    OrderApproved,
    OrderWithdrawn,
    PrintFileRequested,
    Property,
    ReprintOrdered,
)
from tests.support.events import (
    ADDRESS,
    fulfillment_refused,
    line_item,
    order_cancelled,
    order_changed,
    order_id,
    order_received,
    print_file_ready,
    shipped,
)
from tests.support.service import Driver

BORIS = line_item(properties=(Property(name="Name", value="Boris"),))


async def ask(approval: Driver, what: str, body: object = None, **headers: str) -> Any:
    return await approval.http.post(f"/v1/orders/{order_id()}/{what}", json=body, headers=headers)


async def order(approval: Driver) -> dict[str, Any]:
    found: dict[str, Any] = (await approval.http.get(f"/v1/orders/{order_id()}")).json()
    return found


async def wait_for_approval(approval: Driver) -> None:
    ready = print_file_ready(item_fingerprint=line_item().fingerprint)
    await approval.hears(order_received(), ready)


async def test_a_held_order_waits_until_it_is_released(approval: Driver) -> None:
    await wait_for_approval(approval)

    await ask(approval, "hold", {"reason": "the shopper is asked"})
    held = await order(approval)
    refused = await ask(approval, "approve")
    await ask(approval, "release")

    assert (held["status"], refused.status_code) == ("on_hold", 409)
    assert held["reasons"][0]["text"] == "Put on hold by API key: the shopper is asked"
    assert (await order(approval))["status"] == "needs_approval"


async def test_a_rejected_order_is_not_approved(approval: Driver) -> None:
    await wait_for_approval(approval)

    await ask(approval, "reject", {"reason": "a trademark"})

    assert (await order(approval))["status"] == "rejected"
    assert (await ask(approval, "approve")).status_code == 409
    assert await approval.says() == []


async def test_corrected_answers_are_printed_anew_before_an_approval(approval: Driver) -> None:
    await wait_for_approval(approval)
    correction = {"line_item_id": "7001", "answers": {"Name": "Boris"}}

    answer = await ask(approval, "correct", correction)

    [said] = await approval.says()
    assert answer.json() == {"events": ["PrintFileRequested"]}
    assert isinstance(said, PrintFileRequested)
    assert (said.line, said.corrects) == (BORIS, line_item().fingerprint)
    assert (await order(approval))["status"] == "receiving_files"
    await approval.hears(print_file_ready(item_fingerprint=BORIS.fingerprint))
    corrected = await order(approval)
    assert corrected["status"] == "needs_approval"
    assert corrected["items"][0]["personalization"] == [{"name": "Name", "value": "Boris"}]
    texts = [entry["text"] for entry in corrected["timeline"]]
    assert "Corrected Adventure tee: Name: Ada → Boris" in texts


async def test_a_corrected_address_is_what_is_approved(approval: Driver) -> None:
    await wait_for_approval(approval)
    address = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})
    answer = await ask(approval, "correct", {"shipping_address": address.model_dump()})
    await ask(approval, "approve")

    corrected, approved = await approval.says()
    assert isinstance(corrected, AddressCorrected)
    assert approved.model_dump()["shipping_address"] == address.model_dump()
    assert (corrected.shipping_address, corrected.corrects) == (address, ADDRESS.fingerprint)
    assert answer.json() == {"events": ["AddressCorrected"]}


async def test_the_stores_newer_version_ends_a_correction(approval: Driver) -> None:
    await wait_for_approval(approval)
    address = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})
    await ask(approval, "correct", {"shipping_address": address.model_dump()})

    newer = ADDRESS.model_copy(update={"line1": "99 Elsewhere"})
    await approval.hears(order_changed(shipping_address=newer))

    assert (await order(approval))["shipping_address"]["line1"] == "99 Elsewhere"


async def test_a_file_that_is_made_again_cannot_be_approved_meanwhile(approval: Driver) -> None:
    await wait_for_approval(approval)

    await ask(approval, "make-again", {"line_item_id": "7001"})

    [said] = await approval.says()
    assert isinstance(said, PrintFileRequested)
    assert (await order(approval))["status"] == "receiving_files"


async def test_a_person_may_ask_for_the_newest_template(approval: Driver) -> None:
    await wait_for_approval(approval)

    await ask(approval, "make-again", {"line_item_id": "7001", "template": "newest"})

    [said] = await approval.says()
    assert isinstance(said, PrintFileRequested)
    assert said.template == "newest"
    assert "from the newest template" in (await order(approval))["timeline"][-1]["text"]


async def test_a_cancelled_order_is_told_to_the_others(approval: Driver) -> None:
    await wait_for_approval(approval)
    await ask(approval, "approve")
    await approval.says()

    await ask(approval, "cancel", {"reason": "the shopper called"})

    [said] = await approval.says()
    assert isinstance(said, OrderWithdrawn)
    assert (said.cancelled_by, said.reason) == ("API key", "the shopper called")
    cancelled = await order(approval)
    await approval.hears(said)
    assert cancelled["reasons"][0]["text"] == "Cancelled by API key: the shopper called"
    assert len((await order(approval))["timeline"]) == len(cancelled["timeline"])


async def test_a_reprint_is_a_new_order_that_names_the_first(approval: Driver) -> None:
    await wait_for_approval(approval)
    await ask(approval, "approve")
    await approval.says()

    await ask(approval, "reprint")

    [said] = await approval.says()
    assert isinstance(said, ReprintOrdered)
    assert (said.reprint_of, said.items) == (order_id(), (line_item(),))
    assert said.order_id != order_id()


async def test_an_order_that_the_factory_refused_is_corrected_and_approved_again(
    approval: Driver,
) -> None:
    await wait_for_approval(approval)
    await ask(approval, "approve")
    await approval.hears(fulfillment_refused(reason="the street is too long: shorten it"))
    await approval.says()
    address = ADDRESS.model_copy(update={"line1": "13 Analytical Way"})

    corrected = await ask(approval, "correct", {"shipping_address": address.model_dump()})
    waiting = await order(approval)
    await ask(approval, "approve")

    said = (await approval.says())[-1]
    assert (corrected.status_code, waiting["status"]) == (200, "needs_approval")
    assert isinstance(said, OrderApproved)
    assert said.shipping_address == address
    assert (await order(approval))["status"] == "approved"


async def test_a_refused_order_that_is_corrected_is_as_the_store_has_it_now(
    approval: Driver,
) -> None:
    await wait_for_approval(approval)
    await ask(approval, "approve")
    moved = ADDRESS.model_copy(update={"city": "Dallas"})
    await approval.hears(order_changed(shipping_address=moved), fulfillment_refused())

    await ask(approval, "hold", {"reason": "the shopper is asked"})
    await ask(approval, "release")
    await ask(approval, "approve")

    said = (await approval.says())[-1]
    assert isinstance(said, OrderApproved)
    assert said.shipping_address == moved


async def test_what_comes_too_late_is_refused(approval: Driver) -> None:
    await wait_for_approval(approval)
    await approval.hears(shipped())

    answers = [
        await ask(approval, "hold", {"reason": "x"}),
        await ask(approval, "cancel", {"reason": "x"}),
        await ask(approval, "release"),
        await ask(approval, "reprint"),
        await ask(approval, "correct", {"line_item_id": "7001", "answers": {}}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 5
    assert await approval.says() == []


async def test_nobody_acts_on_what_they_have_not_seen(approval: Driver) -> None:
    await wait_for_approval(approval)
    seen = (await approval.http.get(f"/v1/orders/{order_id()}")).headers["ETag"]
    await approval.hears(order_cancelled())

    answer = await ask(approval, "cancel", {"reason": "x"}, **{"If-Match": '"other"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "changed")
    assert seen
