"""Learning from memory is one statement, and is right or not done at all."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.approval.app import HEARD, build_app
from services.approval.handlers import Learning
from services.approval.settings import Settings
from shared.database import Transaction
from shared.events import Event, Finding, OrderApproved
from tests.support.events import (
    event_set_aside,
    fulfillment_started,
    order_changed,
    order_id,
    order_received,
    print_file_ready,
    product_published,
    shipped,
    storefront_updated,
)
from tests.support.service import Driver, driving

RULE = {"auto_approve_products": frozenset({"adventure-tee"})}
LIFE = (
    order_received(),
    print_file_ready(),
    fulfillment_started(),
    shipped(),
    storefront_updated(),
)
KINDS = [type(event).__name__ for event in LIFE]
APPROVED = [*KINDS[:2], "OrderApproved", *KINDS[2:]]


@dataclass(frozen=True, eq=False)
class Watched(Learning):
    """Notes which events take the long way."""

    long_way: list[str] = field(default_factory=list)

    async def __call__(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Note them, and learn."""
        self.long_way.extend(type(event).__name__ for event in events)
        await super().__call__(transaction, events)


@dataclass(frozen=True)
class Process:
    """A process of approval with a memory of its own."""

    driver: Driver
    long_way: list[str]

    async def hears(self, *events: Event) -> None:
        """Deliver the events in one batch."""
        await self.driver.hears(*events)

    async def shown(self) -> dict[str, Any]:
        """Give the order."""
        order: dict[str, Any] = (await self.driver.http.get(f"/v1/orders/{order_id()}")).json()
        return order

    async def kinds(self) -> list[str]:
        """Give what is on the order's timeline, in any order."""
        return sorted(entry["kind"] for entry in (await self.shown())["timeline"])

    async def approves(self) -> None:
        """Approve everything that waits, as a person."""
        answer = await self.driver.http.post("/v1/approvals", json={"filter": {}})
        answer.raise_for_status()

    async def says(self) -> list[str]:
        """Give the types of what was said since the last time."""
        return [type(event).__name__ for event in await self.driver.says()]


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Start]:
    """Give a way to start processes that share a database."""
    async with AsyncExitStack() as stack:

        async def start(**rules: object) -> Process:
            service = build_app(settings.model_copy(update=rules))
            state = service.http.state
            learning = Watched(state.rules, state.recent)
            service.hears_all(HEARD, learning)
            return Process(await stack.enter_async_context(driving(service)), learning.long_way)

        yield start


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


async def test_an_approval_elsewhere_is_not_written_over(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])
    await there.approves()

    await here.hears(LIFE[2])

    order = await here.shown()
    assert here.long_way == ["FulfillmentStarted"]
    assert (order["status"], order["approved_by"]) == ("in_production", "API key")


async def test_an_approval_elsewhere_outlives_a_change_in_the_store(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])
    await there.approves()

    await here.hears(order_changed(items=()))

    order = await here.shown()
    assert (order["status"], order["approved_by"]) == ("approved", "API key")
    assert order["concerns"]


async def test_news_that_another_process_heard_are_not_lost(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(LIFE[0])
    await there.hears(LIFE[1])
    await here.hears(LIFE[2])
    await there.hears(*LIFE[3:])

    assert (here.long_way, there.long_way) == (
        ["FulfillmentStarted"],
        ["PrintFileReady", *KINDS[3:]],
    )
    assert (await here.shown())["status"] == "fulfilled"
    assert await here.kinds() == sorted(KINDS)


async def test_an_event_that_another_process_heard_does_nothing_again(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(LIFE[0])
    await there.hears(LIFE[1])
    await here.hears(LIFE[2])
    before = await here.shown()

    await there.hears(LIFE[2])
    await there.hears(*LIFE[:3])

    assert (await here.shown()) == before
    assert await here.kinds() == sorted(KINDS[:3])


async def test_what_is_new_in_a_batch_is_learned_beside_duplicates(start: Start) -> None:
    process = await start()
    await process.hears(*LIFE[:2])

    await process.hears(LIFE[1], LIFE[2], order_received("2"))
    await process.hears(LIFE[3], LIFE[3])

    assert (await process.shown())["status"] == "fulfilled"
    assert await process.kinds() == sorted(KINDS[:4])


async def test_an_order_that_only_looks_new_is_read(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])

    await there.hears(order_changed())

    order = await here.shown()
    assert there.long_way == ["OrderChanged"]
    assert (order["status"], len(order["timeline"])) == ("needs_approval", 3)


async def test_a_rule_that_was_switched_off_elsewhere_approves_nothing(start: Start) -> None:
    here, there = await start(**RULE), await start(**RULE)
    off = {"If-Match": (await there.driver.http.get("/v1/rules")).headers["ETag"]}
    (await there.driver.http.put("/v1/rules", json={}, headers=off)).raise_for_status()

    await here.hears(*LIFE[:2])

    assert here.long_way == KINDS[:2]
    assert (await here.shown())["status"] == "needs_approval"
    assert await here.says() == []


async def test_a_rules_approval_cools_off_as_any_other(start: Start) -> None:
    process = await start(**RULE, cooling_off_minutes=10)
    await process.hears(*LIFE[:2])
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


async def test_an_order_in_trouble_is_looked_at(start: Start) -> None:
    process = await start()
    await process.hears(LIFE[0])

    await process.hears(event_set_aside())

    assert process.long_way == ["EventSetAside"]
    assert (await process.shown())["concerns"]
