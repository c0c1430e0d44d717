"""What the tests of quotes tell fulfillment, and what they read from its answers."""

from datetime import timedelta
from typing import Any

from shared.events import Event, OrderQuoted
from tests.support.events import MOMENT, order_received, print_file_ready
from tests.support.service import Driver

MADE = MOMENT + timedelta(seconds=1)


def quotes(said: list[Event]) -> list[int]:
    """Give the cents of each quote that was said."""
    assert all(isinstance(event, OrderQuoted) for event in said)
    return [event.total.minor for event in said if isinstance(event, OrderQuoted)]


async def quoted(fulfillment: Driver) -> list[Event]:
    """Have everything quoted that can be, and give what was said."""
    await fulfillment.does_all("quote")
    return await fulfillment.says()


def received(**changes: Any) -> Event:
    return order_received(**{"occurred_at": MOMENT} | changes)


def ready(**changes: Any) -> Event:
    return print_file_ready(occurred_at=MADE, **changes)
