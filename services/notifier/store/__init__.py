"""Every SQL statement of notifier."""

from services.notifier.store.correcting import correct
from services.notifier.store.delays import take_delayed
from services.notifier.store.queueing import SIGNAL, keep_reprints, queue_again, queue_packages
from services.notifier.store.reading import find_packages
from services.notifier.store.telling import (
    DUE,
    lease_due,
    mark_refused,
    mark_told,
    postpone,
    renew,
)

__all__ = [
    "DUE",
    "SIGNAL",
    "correct",
    "find_packages",
    "keep_reprints",
    "lease_due",
    "mark_refused",
    "mark_told",
    "postpone",
    "queue_again",
    "queue_packages",
    "renew",
    "take_delayed",
]
