"""Processes of approval that share a database, each with a memory of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.approval.handlers import Learning
from shared.database import Transaction
from shared.events import Event
from tests.support.events import (
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
    shipped,
    storefront_updated,
)
from tests.support.service import Driver

RULE = {"auto_approve_products": frozenset({"adventure-tee"})}
LIFE = (
    order_received(),
    print_file_ready(),
    fulfillment_started(),
    shipped(),
    storefront_updated(),
)
KINDS = [type(event).__name__ for event in LIFE]


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
