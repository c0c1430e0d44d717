"""One order, and several, from the store's webhook to the tracking number in the store."""

import json

from deploy.contracts.documents import ROOT
from deploy.stream import replay
from deploy.topics import ORDERS
from shared.cloudevents import Message
from tests.end_to_end.world import World
from tests.support.judging import faults_of_messages

MUG_WHITE, TEE_BLACK_M = 9201, 9107
WHOLE_WAY = {
    *("OrderReceived", "PrintFileReady", "OrderQuoted", "OrderApproved", "FulfillmentStarted"),
    *("ChargeRecorded", "Shipped", "StorefrontUpdated"),
}


def line(variant_id: int, **answers: str) -> dict[str, object]:
    properties = [{"name": name, "value": value} for name, value in answers.items()]
    return {"variant_id": variant_id, "quantity": 1, "properties": properties}


async def messages_on(world: World, topic: str, key: str) -> list[Message]:
    """Give what the services have written of one thing, byte for byte."""
    found = []
    async for record, _ in replay(world.running.home.stack.kafka_servers, topic):
        if record.key.decode() == key:
            headers = tuple((name, value.decode()) for name, value in record.headers)
            found.append(Message(topic, key, headers, record.value))
    return found


async def test_an_order_goes_the_whole_way(world: World) -> None:
    [name] = await world.orders(
        line_items=[line(TEE_BLACK_M, Name="The Lovelaces", Photo="photo:beach")]
    )

    await world.approves(name)

    [outcome] = await world.ends_well(name)
    assert outcome.files == 1
    seen = await world.waits_for(name, "fulfilled")
    assert [package["tracking_number"] for package in seen["packages"]] == list(
        outcome.tracking_numbers
    )


async def test_all_that_is_said_of_an_order_is_as_the_stream_is_described(world: World) -> None:
    [name] = await world.orders(line_items=[line(MUG_WHITE, Name="Ada")])
    await world.approves(name)
    await world.ends_well(name)
    order_id = (await world.waits_for(name, "fulfilled"))["order_id"]

    messages = await messages_on(world, ORDERS, order_id)

    assert {dict(each.headers)["ce_type"] for each in messages} >= WHOLE_WAY
    described = json.loads((ROOT / "docs/asyncapi.json").read_text())
    assert faults_of_messages(described, messages) == [[]] * len(messages)


async def test_ten_orders_at_once_are_made_once_each(world: World) -> None:
    names = await world.orders(count=10, seed=7)

    await world.approves(*names)

    outcomes = await world.ends_well(*names)
    assert [len(outcome.provider_orders) for outcome in outcomes] == [1] * 10


async def test_nothing_goes_to_the_factory_before_a_person_says_so(world: World) -> None:
    [name] = await world.orders(line_items=[line(MUG_WHITE, Name="Ada")])

    await world.waits_for(name, "needs_approval")

    [outcome] = await world.outcomes(name)
    assert outcome.provider_orders == ()


async def test_webhooks_twice_and_out_of_order_are_one_order(world: World) -> None:
    await world.breaks("store", "reorder")
    await world.breaks("store", "duplicate_webhook", 4)
    [name] = await world.orders(line_items=[line(MUG_WHITE, Name="Ada")])

    await world.approves(name)

    await world.ends_well(name)


async def test_lost_answers_at_both_ends_double_nothing(world: World) -> None:
    await world.breaks("factory", "lost_answer", 1, match="POST /v1/shops")
    await world.breaks("store", "lost_answer", 1, match="fulfillmentCreate")
    [name] = await world.orders(line_items=[line(MUG_WHITE, Name="Grace")])

    await world.approves(name)

    [outcome] = await world.ends_well(name)
    assert len(outcome.provider_orders) == 1


async def test_an_unknown_product_is_held_with_its_reason(world: World) -> None:
    [name] = await world.orders(
        line_items=[
            {"variant_id": 1, "sku": "NOT-OURS", "title": "Socks", "price": "9.00", "quantity": 1}
        ]
    )

    await world.waits_for(name, "on_hold", "unknown_product")


async def test_a_personalized_product_without_answers_is_held(world: World) -> None:
    [name] = await world.orders(line_items=[{"variant_id": MUG_WHITE, "quantity": 1}])

    await world.waits_for(name, "on_hold", "missing_personalization")


async def test_a_broken_photo_fails_its_order_alone_and_can_be_tried_again(world: World) -> None:
    [broken] = await world.orders(line_items=[line(TEE_BLACK_M, Name="Ada", Photo="photo:broken")])
    [good] = await world.orders(line_items=[line(MUG_WHITE, Name="Ada")])

    failed = await world.waits_for(broken, "print_failed")
    await world.waits_for(good, "needs_approval")
    await world.retries(failed["order_id"])

    assert (await world.waits_for(broken, "print_failed"))["reasons"]


async def test_a_refusal_of_the_factory_is_shown_and_can_be_approved_again(world: World) -> None:
    await world.breaks("factory", "refuse")
    [name] = await world.orders(line_items=[line(MUG_WHITE, Name="Ada")])
    await world.approves(name)

    refused = await world.waits_for(name, "refused")
    await world.retries(refused["order_id"])

    await world.ends_well(name)
