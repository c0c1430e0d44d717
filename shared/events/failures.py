"""What a service could not do and a person must act on, in whatever service it lies.

Failures of orders are in the orders' own life; these are of what has no order (yet).
"""

from typing import ClassVar

from shared.events.event import Event
from shared.events.values import Moment


class _FailureEvent(Event):
    """Something about failures of one kind that one service keeps."""

    topic: ClassVar[str] = "failures.v1"

    service: str
    kind: str

    @property
    def key(self) -> str:
        """The service and the kind."""
        return f"{self.service}/{self.kind}"


class _OneFailure(_FailureEvent):
    """Something in the life of one failure; `name` is its own within its service and kind."""

    name: str

    @property
    def key(self) -> str:
        """The failure, so that what is said of it stays in its order."""
        return f"{self.service}/{self.kind}/{self.name}"


class FailureFound(_OneFailure):
    """The service could not take in, read, publish, delete or ask something; the newest news holds.

    `subject` is what it is: the topic of a webhook, the type of an event, a topic of the stream,
    what is to be deleted (`order` or `file`), or the provider that cannot be asked.
    `reason` says what went wrong without a word of the content. `size_bytes` is of what is kept.
    """

    subject: str
    shop: str = ""
    reason: str
    since: Moment
    size_bytes: int = 0
    can_retry: bool = True
    """False where nobody can have it tried again: the service does by itself, and hears nothing."""
    can_drop: bool = True
    """False where it cannot be given up, because nobody knows where it ends."""
    waiting: int = 0
    """How many events wait behind it, at least; 0 where nobody counted."""


class FailureEnded(_OneFailure):
    """Nobody need act on it any more: it was taken in at last, or given up."""


class _Wish(_FailureEvent):
    """What a person wants done about failures, by their names."""

    names: tuple[str, ...]
    requested_by: str


class FailureRetryRequested(_Wish):
    """A person asked the service to try again."""


class FailureDropRequested(_Wish):
    """A person gave up: what failed is not to be tried again."""
