"""Versions of an order as the store tells them: which is newer."""

from datetime import datetime, timedelta

from shared.events.orders import OrderReceived

REFUND_FOLLOWS = timedelta(microseconds=1)
"""The store counts whole seconds: within one, a refund comes after the payment that it is of."""


def holds_from(changed_at: datetime, *, is_refunded: bool) -> datetime:
    """Give the moment by which versions of the order are told apart."""
    return changed_at + REFUND_FOLLOWS if is_refunded else changed_at


def version_of(order: OrderReceived) -> tuple[datetime, bool, datetime, str]:
    """Order the versions of an order by the store's clock.

    It counts whole seconds, and "created" and "paid" often share one: the paid version wins.
    """
    moment = holds_from(order.changed_at, is_refunded=order.is_refunded)
    return moment, order.is_paid, order.occurred_at, order.event_id
