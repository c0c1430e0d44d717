"""A group of deliveries is recorded as if each had come alone, whatever way is taken."""

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.ingest.domain import Delivery, Reading, as_firsts
from services.ingest.store import add_firsts
from services.ingest.webhooks.recording import record, record_others
from shared.database import Database
from shared.events import Event, OrderCancelled, OrderChanged, OrderReceived
from tests.support.events import MOMENT, SHOP, order_cancelled, order_received
from tests.support.service import Driver
from tests.support.written import read_order

OLDEST_NEWS = timedelta(days=60)
TOPICS = ("orders/create", "orders/create", "orders/paid", "orders/updated", "orders/cancelled")


@dataclass(frozen=True, slots=True)
class Came:
    """A webhook: of which order, under which topic, with which version, and under which ids."""

    order: str
    topic: str
    version: int
    is_paid: bool
    webhook: int
    event: int | None


deliveries = st.builds(
    Came,
    order=st.sampled_from(("1", "2", "3", "4", "5")),
    topic=st.sampled_from(TOPICS),
    version=st.integers(0, 2),
    is_paid=st.booleans(),
    webhook=st.integers(0, 5),
    event=st.none() | st.integers(0, 5),
)


def read(came: Came) -> Reading:
    delivery = Delivery(
        SHOP,
        came.topic,
        f"webhook-{came.order}-{came.webhook}",
        f"event-{came.order}-{came.event}" if came.event is not None else None,
        b"{}",
        MOMENT,
    )
    if came.topic == "orders/cancelled":
        return Reading(delivery, cancellation=order_cancelled(came.order))
    changed_at = MOMENT + timedelta(seconds=came.version)
    order = order_received(came.order, changed_at=changed_at, is_paid=came.is_paid)
    return Reading(delivery, order=read_order(order))


def create(order: str, webhook: int) -> Reading:
    return read(Came(order, "orders/create", 0, is_paid=True, webhook=webhook, event=None))


async def state_of(ingest: Driver) -> dict[str, list[Any]]:
    """Take out all that was recorded, as far as it does not differ from run to run."""
    said = await ingest.says()
    async with ingest.service.database.transaction() as transaction:
        known = await transaction.fetch("SELECT * FROM known_order ORDER BY order_id")
        kept = await transaction.fetch(
            "SELECT shop, topic, webhook_id, event_id, order_id FROM delivery ORDER BY delivery_id"
        )
        await transaction.execute("TRUNCATE known_order, delivery")
    return {
        "said": sorted(map(content_of, said), key=lambda content: content[0]),
        "known": [tuple(row) for row in known if row["changed_at"] or row["is_cancelled"]],
        "kept": sorted(map(str, kept)),
    }


def content_of(event: Event) -> tuple[str, str, dict[str, Any]]:
    return event.key, type(event).__name__, event.model_dump(exclude={"event_id", "occurred_at"})


async def record_the_long_way(database: Database, readings: Sequence[Reading]) -> None:
    for reading in readings:
        async with database.transaction() as transaction:
            await record_others(transaction, OLDEST_NEWS, [reading])


@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(groups=st.lists(st.lists(deliveries, min_size=1, max_size=6), min_size=1, max_size=4))
async def test_any_groups_give_what_deliveries_one_by_one_give(
    ingest: Driver, groups: list[list[Came]]
) -> None:
    database = ingest.service.database
    read_groups = [[read(came) for came in group] for group in groups]

    for group in read_groups:
        await record(database, OLDEST_NEWS, group)
    by_groups = await state_of(ingest)
    await record_the_long_way(database, [reading for group in read_groups for reading in group])
    one_by_one = await state_of(ingest)

    assert by_groups == one_by_one


async def test_two_webhooks_of_an_order_in_a_group_are_said_in_turn(ingest: Driver) -> None:
    created = Came("1", "orders/create", 0, is_paid=False, webhook=1, event=1)
    paid = dataclasses.replace(created, topic="orders/paid", is_paid=True, webhook=2)

    await record(ingest.service.database, OLDEST_NEWS, [read(created), read(paid)])

    assert [type(event) for event in await ingest.says()] == [OrderReceived, OrderChanged]


async def test_the_same_orders_in_groups_at_once_are_received_once(ingest: Driver) -> None:
    orders = [str(number) for number in range(20)]
    groups = [
        [create(order, 100 * group + place) for place, order in enumerate(orders[::direction])]
        for group, direction in enumerate((1, -1, 1, -1, 1, -1))
    ]

    await asyncio.gather(*[record(ingest.service.database, OLDEST_NEWS, group) for group in groups])

    said = await ingest.says()
    assert len(said) == len({event.key for event in said}) == 20


async def test_the_same_webhooks_in_groups_at_once_are_kept_once(ingest: Driver) -> None:
    group = [create(str(number), number) for number in range(20)]

    await asyncio.gather(
        *[record(ingest.service.database, OLDEST_NEWS, group[::turn]) for turn in (1, -1, 1, -1)]
    )

    state = await state_of(ingest)
    assert [len(state[part]) for part in ("said", "known", "kept")] == [20, 20, 20]


async def test_an_id_that_came_with_another_order_is_a_duplicate(ingest: Driver) -> None:
    other = create("2", 7)
    other = replace(other, delivery=create("1", 7).delivery)
    await record(ingest.service.database, OLDEST_NEWS, [create("1", 7)])

    await record(ingest.service.database, OLDEST_NEWS, [other, create("3", 8)])

    assert len(await ingest.says()) == 2


async def test_a_tombstone_and_its_order_are_both_said(ingest: Driver) -> None:
    cancelled = Came("1", "orders/cancelled", 0, is_paid=True, webhook=1, event=None)

    await record(ingest.service.database, OLDEST_NEWS, [read(cancelled)])
    await record(ingest.service.database, OLDEST_NEWS, [create("1", 2)])

    assert [type(event) for event in await ingest.says()] == [OrderCancelled, OrderReceived]


async def test_firsts_that_fail_leave_nothing_behind(ingest: Driver) -> None:
    spoiled = create("2", 2)
    spoiled = replace(spoiled, delivery=replace(spoiled.delivery, topic="orders/create\0"))
    firsts = as_firsts([create("1", 1), create("3", 3)], OLDEST_NEWS)
    firsts.insert(1, replace(firsts[0], reading=spoiled))

    async with ingest.service.database.statement() as statement:
        with pytest.raises(Exception, match="0x00"):
            await add_firsts(statement, firsts)

    assert await state_of(ingest) == {"said": [], "known": [], "kept": []}
