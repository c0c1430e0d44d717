"""What is known of a run afterwards, told by all who took part in it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A record on the stream. `about` is the thing it speaks of beside its order.

    `cents` is the amount of a charge.
    """

    topic: str
    partition: int
    offset: int
    at: float
    event_id: str
    kind: str
    service: str
    key: str
    about: str = ""
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """A row that a service committed to its outbox, numbered as the outbox numbered it."""

    service: str
    number: int
    topic: str
    key: str
    event_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a service set aside."""

    service: str
    event_id: str
    kind: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """An order as the store has it; `told` holds the tracking number of each fulfillment."""

    store_id: str
    name: str
    is_cancelled: bool
    was_heard: bool
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactoryOrder:
    """An order as the factory has it: the tracking numbers it gave, and the cents it charged."""

    factory_id: str
    order_id: str
    is_cancelled: bool
    packages: tuple[str, ...]
    charged: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """The whole account of a run."""

    said: tuple[Said, ...]
    unreadable: tuple[str, ...]
    promises: tuple[Promise, ...]
    hears: Mapping[str, frozenset[str]]
    inboxes: Mapping[str, frozenset[str]]
    outboxes: Mapping[str, int]
    dead: tuple[DeadLetter, ...]
    store: tuple[StoreOrder, ...]
    factory: tuple[FactoryOrder, ...]
    statuses: Mapping[str, str]
    """Where approval says that each order stands."""
