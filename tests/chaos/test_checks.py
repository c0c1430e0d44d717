"""What the judge of a run finds: every way to be wrong, and nothing in a sound run."""

from dataclasses import replace

import pytest

from deploy.chaos.checks import find_problems
from deploy.chaos.history import DeadLetter, History, StoreOrder
from tests.chaos.accounts import NUMBER, ORDER, SOUND, STREAM, promise, said, with_stream


def test_a_sound_run_has_no_problem() -> None:
    assert find_problems(SOUND) == []


def test_a_record_published_again_is_no_problem() -> None:
    again = (*STREAM, said("PrintFileReady", 10), said("Shipped", 11))

    assert find_problems(replace(SOUND, said=again)) == []


def test_a_cancelled_order_need_not_be_made() -> None:
    received = STREAM[0]
    [order] = SOUND.store
    history = replace(
        with_stream(received),
        inboxes={"notifier": frozenset(), "approval": frozenset({received.event_id})},
        store=(replace(order, is_cancelled=True, told=()),),
        factory=(),
        statuses={ORDER: "cancelled"},
    )

    assert find_problems(history) == []


def test_an_order_whose_webhook_was_never_accepted_is_not_lost() -> None:
    other = StoreOrder("store-2", "#2", is_cancelled=False, was_heard=False, told=())

    problems = find_problems(replace(SOUND, store=(*SOUND.store, other)))

    assert problems == ["#2 () is unknown for approval"]


def without(kind: str) -> History:
    """Give a run whose stream has lost what was promised."""
    return replace(SOUND, said=tuple(each for each in STREAM if each.kind != kind))


def swapped(first: int, second: int) -> History:
    """Give a run with two records in each other's place."""
    stream = list(STREAM)
    stream[first] = replace(STREAM[first], offset=second)
    stream[second] = replace(STREAM[second], offset=first)
    return replace(SOUND, said=tuple(stream))


[STORE], [FACTORY] = SOUND.store, SOUND.factory
TWICE = said("FulfillmentStarted", 10, event_id="another")
CHARGED_TWICE = with_stream(*STREAM, said("ChargeRecorded", 10, event_id="another"))

WRONG = {
    "a promise that is not on the stream": (without("Shipped"), "lost: fulfillment promised"),
    "an event that nobody promised": (
        replace(SOUND, promises=SOUND.promises[1:]),
        "said without a promise: OrderReceived",
    ),
    "an outbox that is not empty": (
        replace(SOUND, outboxes={"notifier": 2}),
        "the outbox of notifier still holds 2",
    ),
    "an event that a service never heard": (
        replace(SOUND, inboxes={**SOUND.inboxes, "notifier": frozenset()}),
        "not heard: notifier has no Shipped",
    ),
    "an event that nobody said and one heard": (
        replace(SOUND, inboxes={**SOUND.inboxes, "notifier": frozenset({"Shipped", "ghost"})}),
        "heard what nobody said: notifier has ghost",
    ),
    "a dead letter": (
        replace(SOUND, dead=(DeadLetter("notifier", "x", "Shipped", ORDER, "KeyError: 1"),)),
        "set aside by notifier: Shipped",
    ),
    "a record that cannot be read": (
        replace(SOUND, unreadable=("orders.v1, partition 0, offset 9",)),
        "unreadable: orders.v1",
    ),
    "two events of one service in another order": (swapped(3, 4), "reordered: fulfillment"),
    "an effect before its cause": (swapped(1, 2), "OrderApproved of order-1 stands before"),
    "a package told of before it was sent": (
        swapped(5, 6),
        "StorefrontUpdated of order-1 stands before its Shipped",
    ),
    "an order in two partitions": (
        replace(SOUND, said=(*STREAM[:-1], replace(STREAM[-1], partition=1))),
        "the events of order-1 lie in several partitions",
    ),
    "the same said twice under two ids": (
        replace(SOUND, said=(*STREAM, TWICE), promises=(*SOUND.promises, promise(TWICE, 10))),
        "doubled: FulfillmentStarted  of order-1, 2 times",
    ),
    "an order approved twice": (
        with_stream(*STREAM, said("OrderApproved", 10, event_id="another")),
        "doubled: 2 approvals of order-1 and 0 refusals",
    ),
    "an order that the factory has twice": (
        replace(SOUND, factory=(FACTORY, replace(FACTORY, factory_id="f-2"))),
        "doubled: order-1 is with the factory 2 times",
    ),
    "an approved order that the factory has not": (
        replace(SOUND, factory=()),
        "lost: order-1 was approved and is not with the factory",
    ),
    "an order made that nobody approved": (
        replace(SOUND, factory=(FACTORY, replace(FACTORY, order_id="order-2"))),
        "order-2 is with the factory and nobody approved it",
    ),
    "a package that the store was told of twice": (
        replace(SOUND, store=(replace(STORE, told=(NUMBER, NUMBER)),)),
        "doubled: the store of #1 was told of TRACK-1 2 times",
    ),
    "a package that the store was not told of": (
        replace(SOUND, store=(replace(STORE, told=()),)),
        "lost: the store of #1 was not told of ['TRACK-1']",
    ),
    "an accepted webhook that came to nothing": (
        replace(SOUND, store=(STORE, replace(STORE, store_id="store-2", name="#2"))),
        "lost: the webhook of #2 was accepted",
    ),
    "a charge that is recorded twice": (
        CHARGED_TWICE,
        "doubled: ChargeRecorded factory-1/product of order-1, 2 times",
    ),
    "a ledger with more than was charged": (
        CHARGED_TWICE,
        "order-1 was charged 895 cents by the factory, and 1790 are on the ledger",
    ),
    "a charge that is not on the ledger": (
        replace(SOUND, factory=(replace(FACTORY, charged=1370),)),
        "order-1 was charged 1370 cents by the factory, and 895 are on the ledger",
    ),
    "an order that approval has in a wrong state": (
        replace(SOUND, statuses={ORDER: "in_production"}),
        "#1 (order-1) is in_production for approval",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_finds(what: str) -> None:
    history, words = WRONG[what]

    problems = find_problems(history)

    assert any(problem.startswith(words) for problem in problems), problems
