"""How every order of the sandbox store ended, told by the store, the factory and the stream."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.stream import replay
from shared.events import (
    Event,
    OrderApproved,
    OrderReceived,
    PrintFileReady,
    StorefrontUpdated,
)


@dataclass(slots=True)
class Life:
    """What the stream told of one order."""

    received: OrderReceived | None = None
    files: dict[str, PrintFileReady] = field(default_factory=dict)
    approved: OrderApproved | None = None
    told: list[StorefrontUpdated] = field(default_factory=list)

    def learn(self, event: Event) -> None:
        """Take one event in; of several of a kind the first counts for the time it took."""
        match event:
            case OrderReceived() if self.received is None:
                self.received = event
            case PrintFileReady():
                self.files.setdefault(event.line_item_id, event)
            case OrderApproved() if self.approved is None:
                self.approved = event
            case StorefrontUpdated():
                self.told.append(event)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One order as the demo's table shows it; it ended well when nothing is missing."""

    name: str
    files: int
    is_approved: bool
    provider_orders: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    store_status: str
    seconds_to_files: float | None
    seconds_to_store: float | None
    missing: tuple[str, ...]


async def find_outcomes(servers: str, storefront_url: str, completeful_url: str) -> list[Outcome]:
    """Put the three accounts of every order together, in the order of the store's numbers."""
    async with httpx.AsyncClient(timeout=30) as http:
        placed = (await http.get(f"{storefront_url}/sandbox/orders")).raise_for_status().json()
        made = (await http.get(f"{completeful_url}/sandbox/orders")).raise_for_status().json()
    lives = await read_lives(event async for _, event in replay(servers))
    by_store_id = {
        life.received.storefront_order_id: life for life in lives.values() if life.received
    }
    provider_orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for order in made["orders"]:
        provider_orders[order["external_order_id"]].append(order)
    return [
        outcome_of(order, by_store_id.get(order["id"], Life()), provider_orders)
        for order in sorted(placed["orders"], key=lambda order: int(order["number"]))
    ]


async def read_lives(events: AsyncIterator[Event]) -> dict[str, Life]:
    """Gather the stream's events by order."""
    lives: dict[str, Life] = defaultdict(Life)
    async for event in events:
        lives[event.key].learn(event)
    return lives


def outcome_of(
    placed: dict[str, Any], life: Life, provider_orders: dict[str, list[dict[str, Any]]]
) -> Outcome:
    """Judge one order: made once, shipped, and the store told of each package once."""
    order_id = life.received.order_id if life.received else ""
    made = provider_orders.get(order_id, [])
    shipped = [package["number"] for order in made for package in order["shipments"]]
    told = [track["number"] for each in placed["fulfillments"] for track in each["tracking"]]
    checks = {
        "not heard of": life.received is not None,
        "not approved": life.approved is not None,
        "not at the provider": len(made) > 0,
        "at the provider more than once": len(made) <= 1,
        "not fulfilled in the store": placed["fulfillment_status"] == "FULFILLED",
        "tracking differs from the provider's": sorted(shipped) == sorted(told),
        "a package without tracking": len(told) == len(placed["fulfillments"]) > 0,
    }
    return Outcome(
        name=placed["name"],
        files=sum(len(ready.files) for ready in life.files.values()),
        is_approved=life.approved is not None,
        provider_orders=tuple(order["id"] for order in made),
        tracking_numbers=tuple(told),
        store_status=placed["fulfillment_status"],
        seconds_to_files=seconds(life.received, life.files.values()),
        seconds_to_store=seconds(life.approved, life.told),
        missing=tuple(problem for problem, is_fine in checks.items() if not is_fine),
    )


def seconds(start: Event | None, ends: Iterable[Event]) -> float | None:
    """Give the seconds from an event to the last of others; None when either is missing."""
    moments: list[datetime] = [event.occurred_at for event in ends]
    if start is None or not moments:
        return None
    return (max(moments) - start.occurred_at).total_seconds()
