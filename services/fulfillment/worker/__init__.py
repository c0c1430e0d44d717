"""What fulfillment does at its own pace: quote orders, place approved ones, and follow them."""

from services.fulfillment.worker import delays, follow, place, quote, setbacks

__all__ = ["delays", "follow", "place", "quote", "setbacks"]
