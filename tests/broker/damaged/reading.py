"""What these tests write and read, and what the service says of failures."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from deploy.topics import FAILURES, ORDERS
from shared.events import Event, FailureEnded, FailureFound, OrderReceived
from tests.broker.stream import Stream, comes, comes_true, committed
from tests.broker.test_holding import following
from tests.support.damaging import (
    PARTITION,
    Disk,
    publish_together,
)
from tests.support.events import order_received

SIZE = 3


def batches(count: int) -> list[list[OrderReceived]]:
    return [[order_received(f"{batch}-{each}") for each in range(SIZE)] for batch in range(count)]


@asynccontextmanager
async def told_by(service: str, disk: Disk) -> AsyncIterator[list[Event]]:
    """Give what the service says of failures."""
    told: list[Event] = []

    def read(event: Event) -> str:
        if isinstance(event, FailureFound | FailureEnded) and event.service == service:
            told.append(event)
        return event.key

    async with following(disk.servers, FAILURES, read):
        yield told


def found(told: list[Event]) -> list[FailureFound]:
    return [event for event in told if isinstance(event, FailureFound)]


def ended(told: list[Event]) -> list[str]:
    return [event.name for event in told if isinstance(event, FailureEnded)]


async def is_committed(disk: Disk, name: str, offset: int) -> None:
    async def ask() -> bool:
        offsets = await committed(disk.servers, name)
        return {place.partition: at for place, at in offsets.items() if place.topic == ORDERS}.get(
            PARTITION
        ) == offset

    await comes(ask)


async def publish(stream: Stream, *batches: Sequence[Event]) -> list[int]:
    """Write each batch as one; the test itself has read them before they can be damaged."""
    offsets = await publish_together(stream.servers, *batches)
    until = offsets[-1] + len(batches[-1]) - 1
    await comes_true(
        lambda: any(
            (each.topic, each.partition, each.offset) == (ORDERS, PARTITION, until)
            for each in stream.records
        )
    )
    return offsets


def heard(stream: Stream) -> set[str]:
    return {each.shipment_id for each in stream.echoes()}


def ids(*of: list[OrderReceived]) -> set[str]:
    return {event.event_id for events in of for event in events}
