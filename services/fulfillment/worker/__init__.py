"""What fulfillment does at its own pace: place approved orders, and follow them."""

from services.fulfillment.worker.follow import follow_next
from services.fulfillment.worker.place import place_next

__all__ = ["follow_next", "place_next"]
