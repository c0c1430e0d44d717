"""What a webhook says about an order, and whether that is news."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from uuid_utils import NAMESPACE_URL, uuid5

from shared.events import OrderCancelled, OrderChanged, OrderReceived, Written, holds_from

UNREADABLE = "delivery"
"""The kind of failure that a delivery is which could not be read; its id is its name."""

ASKED_FOR = "asked-for-"
"""How the names of deliveries begin that no webhook brought: we asked the store for them."""


class Delivery(Struct, frozen=True):
    """One webhook as it came: who sent it, about what, and the bytes that were signed."""

    shop: str
    topic: str
    webhook_id: str
    event_id: str | None
    body: bytes
    received_at: datetime

    @property
    def is_asked_for(self) -> bool:
        """Tell that we asked the store for it, and no webhook brought it."""
        return self.webhook_id.startswith(ASKED_FOR)


class ReadOrder(Struct, frozen=True):
    """An order as a delivery tells it: what is judged of it, and all of it as it will be said."""

    order_id: str
    placed_at: datetime
    changed_at: datetime
    is_paid: bool
    content: bytes
    """What OrderReceived says of it; see `Written`."""
    is_refunded: bool = False

    @property
    def holds_from(self) -> datetime:
        """Give the moment by which versions of the order are told apart."""
        return holds_from(self.changed_at, is_refunded=self.is_refunded)


class Reading(Struct, frozen=True):
    """What a delivery says: an order, its cancellation, nothing of ours, or a problem."""

    delivery: Delivery
    order: ReadOrder | None = None
    cancellation: OrderCancelled | None = None
    is_fulfilled: bool = False
    problem: str | None = None

    @property
    def order_id(self) -> str | None:
        """Our id of the order that it is about."""
        about = self.order or self.cancellation
        return about.order_id if about else None


class KnownOrder(Struct, frozen=True):
    """What the last news of an order said; nothing has been heard while `changed_at` is None.

    `changed_at` is the version's `holds_from`.
    """

    order_id: str
    changed_at: datetime | None = None
    fingerprint: str | None = None
    is_paid: bool = False
    is_cancelled: bool = False


class First(Struct, frozen=True):
    """A delivery, and what it teaches and says if it is the first that is heard of its order."""

    reading: Reading
    learned: KnownOrder
    news: Sequence[Written]


def order_id_of(shop: str, storefront_order_id: str) -> str:
    """Give our id of a store's order: always the same, whichever webhook comes first."""
    return str(uuid5(NAMESPACE_URL, f"https://{shop}/orders/{storefront_order_id}"))


def fingerprint_of(order: ReadOrder) -> str:
    """Hash what matters of an order, so that an update that changes nothing can be told.

    That is all but `changed_at`: a quote that follows a comma in JSON begins a text, and a colon
    makes it the name of a field, which no field before it contains.
    """
    before, name, rest = order.content.partition(b',"changed_at":')
    after = rest[rest.index(b",") :] if name else b""
    return hashlib.sha256(before + after).hexdigest()


def learn(
    known: KnownOrder, readings: Sequence[Reading], oldest_news: timedelta
) -> tuple[KnownOrder, list[Written]]:
    """Take in what was read of one order, in its order of arrival, and give what is news."""
    news: list[Written] = []
    for reading in readings:
        if reading.order is not None and is_news(known, reading, oldest_news):
            known, event = learn_order(known, reading.order)
            news += [event] if event else []
        if reading.cancellation is not None and not known.is_cancelled:
            known = replace(known, is_cancelled=True)
            news.append(Written.of(reading.cancellation))
    return known, news


def as_firsts(readings: Sequence[Reading], oldest_news: timedelta) -> list[First]:
    """Give the deliveries that create an order and are the only ones of it here.

    They are probably the first of it; other topics nearly always come later, and are not tried.
    """
    times = Counter(reading.order_id for reading in readings)
    return [
        First(reading, *learn(KnownOrder(order_id), [reading], oldest_news))
        for reading in readings
        if (order_id := reading.order_id) is not None
        and times[order_id] == 1
        and reading.delivery.topic == "orders/create"
    ]


def is_news(known: KnownOrder, reading: Reading, oldest_news: timedelta) -> bool:
    """Tell whether a reading may change what is known; a late one must not turn time back.

    Of a version that is known, what was asked for may say the same in other words than its webhook
    did; that it is paid is news all the same.
    """
    order = reading.order
    if order is None:
        return False
    if known.changed_at is None:
        is_update = reading.delivery.topic == "orders/updated"
        is_old = reading.delivery.received_at - order.placed_at > oldest_news
        return not (is_update and (is_old or reading.is_fulfilled))
    if order.holds_from == known.changed_at:
        is_newly_paid = order.is_paid and not known.is_paid
        is_same = order.is_paid == known.is_paid and not reading.delivery.is_asked_for
        return is_newly_paid or is_same
    return order.holds_from > known.changed_at


def learn_order(known: KnownOrder, order: ReadOrder) -> tuple[KnownOrder, Written | None]:
    """Know the order as it is now; the event is None when it only looks different."""
    fingerprint = fingerprint_of(order)
    learned = KnownOrder(
        known.order_id, order.holds_from, fingerprint, order.is_paid, known.is_cancelled
    )
    if known.changed_at is None:
        return learned, Written(OrderReceived, order.order_id, order.content)
    if fingerprint == known.fingerprint:
        return learned, None
    return learned, Written(OrderChanged, order.order_id, order.content)
