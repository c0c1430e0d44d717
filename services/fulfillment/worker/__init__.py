"""What fulfillment does at its own pace: place approved orders, and follow them."""

from services.fulfillment.worker import follow, place

__all__ = ["follow", "place"]
