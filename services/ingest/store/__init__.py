"""Every SQL statement of ingest."""

from services.ingest.store.recording import (
    add_deliveries,
    add_firsts,
    lock_orders,
    update_orders,
)

__all__ = ["add_deliveries", "add_firsts", "lock_orders", "update_orders"]
