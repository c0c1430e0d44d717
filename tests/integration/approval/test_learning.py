"""Learning from memory is one statement, and is right or not done at all."""

from services.approval.handlers import Learning
from services.approval.store.recent import Recent
from shared.events import Finding, OrderApproved
from tests.integration.approval.learning import KINDS, LIFE, RULE, Start
from tests.support.events import (
    event_set_aside,
    order_id,
    order_received,
    print_file_ready,
    product_published,
)

APPROVED = [*KINDS[:2], "OrderApproved", *KINDS[2:]]


async def test_an_order_goes_all_its_way_from_memory(start: Start) -> None:
    process = await start(**RULE)

    for event in LIFE:
        await process.hears(event)

    assert process.long_way == []
    assert (await process.shown())["status"] == "fulfilled"
    assert await process.kinds() == sorted(APPROVED)
    assert await process.says() == ["OrderApproved"]


async def test_a_batch_may_hold_an_orders_whole_life(start: Start) -> None:
    process = await start()

    await process.hears(*LIFE, order_received("2"))

    assert process.long_way == []
    assert (await process.shown())["status"] == "fulfilled"
    assert await process.kinds() == sorted(KINDS)


async def test_products_in_the_batch_take_the_long_way(start: Start) -> None:
    process = await start()

    await process.hears(LIFE[0], product_published(), LIFE[1])

    assert process.long_way == KINDS[:2]
    assert (await process.shown())["status"] == "needs_approval"


async def test_a_persons_approval_here_is_remembered(start: Start) -> None:
    process = await start()
    await process.hears(*LIFE[:2])
    await process.approves()

    await process.hears(LIFE[2])

    order = await process.shown()
    assert process.long_way == []
    assert (order["status"], order["approved_by"]) == ("in_production", "API key")


async def test_what_is_new_in_a_batch_is_learned_beside_duplicates(start: Start) -> None:
    process = await start()
    await process.hears(*LIFE[:2])

    await process.hears(LIFE[1], LIFE[2], order_received("2"))
    await process.hears(LIFE[3], LIFE[3])

    assert (await process.shown())["status"] == "fulfilled"
    assert await process.kinds() == sorted(KINDS[:4])


async def test_a_rules_approval_cools_off_as_any_other(start: Start) -> None:
    process = await start(**RULE, cooling_off_minutes=10)
    await process.hears(*LIFE[:2])
    await process.driver.does_all("rules")
    order = await process.shown()

    undone = await process.driver.http.post(f"/v1/orders/{order_id()}/undo-approval")
    again = await process.driver.does_all("rules")

    assert (order["status"], order["goes_out_at"] is None) == ("approved", False)
    assert (undone.status_code, again) == (200, 1)
    assert (await process.shown())["status"] == "needs_approval"
    assert await process.says() == []


async def test_what_preflight_noticed_is_not_approved_at_once(start: Start) -> None:
    process = await start(**RULE)
    warning = Finding(code="low_dpi", severity="warning", message="the photo is a little coarse")

    await process.hears(order_received(), print_file_ready(findings=(warning,)))

    assert (await process.shown())["status"] == "needs_approval"


async def test_what_is_said_at_once_is_what_was_prepared(start: Start) -> None:
    process = await start(**RULE)
    await process.hears(*LIFE[:2])

    [said] = await process.driver.says()

    order = await process.shown()
    assert isinstance(said, OrderApproved)
    assert (said.approved_by, said.snapshot_hash) == ("rule: product", order["snapshot_hash"])
    assert said.items
    assert said.items[0].files == LIFE[1].files


async def test_promises_are_in_the_order_of_their_messages(start: Start) -> None:
    process = await start(**RULE)
    numbers = ("1", "2", "3", "4")
    events = [made(number) for number in numbers for made in (order_received, print_file_ready)]
    learning = Learning(process.driver.service.http.state.rules, Recent())
    effect = learning.effect_of(events)

    await process.hears(*events)

    promised = [event.key for event in await process.driver.says()]
    assert effect is not None
    assert effect.said is not None
    assert promised == [message.key for message in effect.said]
    assert promised != [order_id(number) for number in numbers]


async def test_an_order_in_trouble_is_looked_at(start: Start) -> None:
    process = await start()
    await process.hears(LIFE[0])

    await process.hears(event_set_aside())

    assert process.long_way == ["EventSetAside"]
    assert (await process.shown())["concerns"]
