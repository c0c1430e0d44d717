"""However a partition is fetched (again, twice at once, with poison), lives stay in order."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from aiokafka import ConsumerRecord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import Event, OrderCancelled, OrderReceived, StorefrontUpdateRequested
from tests.support.events import order_cancelled, order_id, order_received
from tests.support.probe import Probe, ProbeDriver
from tests.support.service import as_record

ORDERS = ("1", "2", "3")
EXAMPLES = 25
BUILDERS: tuple[Callable[[str], OrderReceived | OrderCancelled], ...] = (
    order_received,
    order_cancelled,
)


@dataclass(frozen=True, slots=True)
class Written:
    """An event of the partition: which order's, of which kind, and whether it can be applied."""

    order: str
    kind: int
    is_poison: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """A batch: how far it goes back before what was fetched last, its size, and how many do it."""

    back: int
    size: int
    readers: int


partitions = st.lists(
    st.builds(
        Written,
        order=st.sampled_from(ORDERS),
        kind=st.sampled_from((0, 1)),
        is_poison=st.sampled_from((True, False, False, False)),
    ),
    min_size=1,
    max_size=16,
)
fetches = st.lists(
    st.builds(
        Fetch,
        back=st.integers(0, 6),
        size=st.integers(1, 8),
        readers=st.integers(1, 3),
    ),
    max_size=6,
)


of_any_delivery = given(partition=partitions, schedule=fetches)
tried = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@tried
@of_any_delivery
async def test_each_order_is_applied_once_and_in_order(
    service: ProbeDriver, probe: Probe, partition: list[Written], schedule: list[Fetch]
) -> None:
    await deliver(service, probe, partition, schedule)


@tried
@of_any_delivery
async def test_so_it_is_where_an_effect_is_one_statement(
    quick_service: ProbeDriver, probe: Probe, partition: list[Written], schedule: list[Fetch]
) -> None:
    await deliver(quick_service, probe, partition, schedule)


async def deliver(
    service: ProbeDriver, probe: Probe, partition: list[Written], schedule: list[Fetch]
) -> None:
    """Deliver a partition as the schedule says, replay what was set aside, and look at the end."""
    events = [BUILDERS[written.kind](written.order) for written in partition]
    pairs = list(zip(partition, events, strict=True))
    probe.poison = {event.event_id for written, event in pairs if written.is_poison}

    await fetch_all(service, [as_record(event) for event in events], schedule)

    applied, waiting = expected(pairs)
    assert lives(await service.says()) == applied
    assert by_order(await service.sets_aside_ids(), events) == waiting

    probe.poison.clear()
    for order in ORDERS:
        await service.asks_to_replay(order_id(order))
    while await service.replays():
        continue

    assert lives(await service.says()) == waiting
    assert await service.sets_aside() == []


async def fetch_all(
    service: ProbeDriver, records: Sequence[ConsumerRecord], schedule: Sequence[Fetch]
) -> None:
    """Fetch the partition as the schedule says, and at last whatever is left."""
    position = 0
    for fetch in [*schedule, Fetch(0, len(records), 1)]:
        start = max(0, position - fetch.back)
        batch = records[start : position + fetch.size]
        await asyncio.gather(*[service.hears_records(*batch) for _ in range(fetch.readers)])
        position = min(len(records), position + fetch.size)


def expected(
    pairs: Sequence[tuple[Written, Event]],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Tell what of each order is applied, and what waits behind its first poison."""
    applied: dict[str, list[str]] = {}
    waiting: dict[str, list[str]] = {}
    for written, event in pairs:
        place = waiting if written.is_poison or event.key in waiting else applied
        place.setdefault(event.key, []).append(event.event_id)
    return applied, waiting


def lives(said: Sequence[Event]) -> dict[str, list[str]]:
    """Read what had been heard of each order, in order."""
    echoes = [each for each in said if isinstance(each, StorefrontUpdateRequested)]
    return grouped([(each.order_id, each.shipment_id) for each in echoes])


def by_order(ids: Sequence[str], events: Sequence[Event]) -> dict[str, list[str]]:
    """Sort ids of events by order."""
    keys = {event.event_id: event.key for event in events}
    return grouped([(keys[each], each) for each in ids])


def grouped(pairs: Sequence[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Group by the first, keeping the order of the second."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return {
        key: [second for _, second in found]
        for key, found in groupby(ordered, key=lambda pair: pair[0])
    }
