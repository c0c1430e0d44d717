"""Every SQL statement of approval."""

from services.approval.store.approving import approve, find_states, lock_orders, lock_waiting
from services.approval.store.listing import count_found, find_reviews, find_shops, list_reviews
from services.approval.store.reading import (
    count_by_status,
    find_changes_since,
    find_review,
    find_timeline,
)
from services.approval.store.reviews import lock_reviews, save_reviews
from services.approval.store.signing_in import use_link

__all__ = [
    "approve",
    "count_by_status",
    "count_found",
    "find_changes_since",
    "find_review",
    "find_reviews",
    "find_shops",
    "find_states",
    "find_timeline",
    "list_reviews",
    "lock_orders",
    "lock_reviews",
    "lock_waiting",
    "save_reviews",
    "use_link",
]
