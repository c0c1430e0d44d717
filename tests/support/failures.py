"""Builders of failures: what no order has, and a person must act on."""

from datetime import timedelta
from typing import Any

from shared.events import (
    FailureDropRequested,
    FailureEnded,
    FailureFound,
    FailureRetryRequested,
)
from tests.support.events import MOMENT, SHOP

PROBLEM = "not a readable order: Expected `int`, got `str` - at `$.id`"


def unreadable(name: str = "17", **changes: Any) -> FailureFound:
    """Build the news of a webhook that ingest could not read."""
    values: dict[str, Any] = {
        "service": "ingest",
        "kind": "delivery",
        "name": name,
        "subject": "orders/create",
        "shop": SHOP,
        "reason": PROBLEM,
        "since": MOMENT,
        "size_bytes": 4312,
    }
    return FailureFound(**values | changes)


def product_set_aside(name: str = "adventure-tee", **changes: Any) -> FailureFound:
    """Build the news of a product that printfile could not take in."""
    values: dict[str, Any] = {
        "service": "printfile",
        "kind": "dead_letter",
        "name": name,
        "subject": "ProductChanged",
        "reason": "KeyError",
        "since": MOMENT + timedelta(minutes=1),
    }
    return FailureFound(**values | changes)


def held(name: str = "catalog.v1/adventure-tee", **changes: Any) -> FailureFound:
    """Build the news of what the broker does not take from catalog."""
    values: dict[str, Any] = {
        "service": "fulfillment",
        "kind": "held_promise",
        "name": name,
        "subject": "ProductChanged",
        "reason": "catalog.v1 does not take events of this size (MessageSizeTooLargeError)",
        "since": MOMENT + timedelta(minutes=2),
        "size_bytes": 954_321,
    }
    return FailureFound(**values | changes)


def unasked(**changes: Any) -> FailureFound:
    """Build the news that fulfillment cannot ask the factory."""
    values: dict[str, Any] = {
        "service": "fulfillment",
        "kind": "provider",
        "name": "completeful",
        "subject": "Completeful",
        "reason": "Completeful denies us access (HTTP 401): check the key and its scopes",
        "since": MOMENT,
        "can_retry": False,
    }
    return FailureFound(**values | changes)


def kept(name: str = "prints/1a.png", **changes: Any) -> FailureFound:
    """Build the news of a file that printfile cannot delete."""
    values: dict[str, Any] = {
        "service": "printfile",
        "kind": "deletion",
        "name": name,
        "subject": "file",
        "reason": "the object store did not delete it (PermissionDeniedError)",
        "since": MOMENT + timedelta(minutes=3),
    }
    return FailureFound(**values | changes)


def unread(name: str = "orders.v1/0@17-19", **changes: Any) -> FailureFound:
    """Build the news of a damaged batch that fulfillment stands still at."""
    values: dict[str, Any] = {
        "service": "fulfillment",
        "kind": "unread",
        "name": name,
        "subject": "orders.v1",
        "reason": "offsets 17 to 19 of partition 0: a wrong checksum",
        "since": MOMENT + timedelta(minutes=4),
        "size_bytes": 2_210,
        "waiting": 1_204,
    }
    return FailureFound(**values | changes)


def ended(found: FailureFound) -> FailureEnded:
    """Build the news that nobody need act on it any more."""
    return FailureEnded(service=found.service, kind=found.kind, name=found.name)


def retry(*names: str, service: str = "ingest", kind: str = "delivery") -> FailureRetryRequested:
    """Build a person's wish to have these tried again."""
    return FailureRetryRequested(service=service, kind=kind, names=names, requested_by="Ada")


def drop(*names: str, service: str = "ingest", kind: str = "delivery") -> FailureDropRequested:
    """Build a person's wish to give these up."""
    return FailureDropRequested(service=service, kind=kind, names=names, requested_by="Ada")
