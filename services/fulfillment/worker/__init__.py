"""What fulfillment does at its own pace: quote orders, place approved ones, and follow them."""

from services.fulfillment.worker import follow, place, quote

__all__ = ["follow", "place", "quote"]
