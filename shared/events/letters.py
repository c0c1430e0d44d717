"""That a service could not take in an order's event, which is part of the order's life too."""

from shared.events.orders import _OrderEvent


class EventSetAside(_OrderEvent):
    """A service could not apply an event of the order; it keeps it, and those that come later.

    `type` is that event's, and `reason` says what went wrong without a word of the event's content.
    What a service is told of the order by others, and cannot take in, is named in words.
    """

    service: str
    type: str
    reason: str


class EventsReplayed(_OrderEvent):
    """The service keeps no event of the order any more: they were applied, or given up."""

    service: str


class ReplayRequested(_OrderEvent):
    """A person asked the service to apply the events that it keeps of the order again."""

    service: str
    requested_by: str
