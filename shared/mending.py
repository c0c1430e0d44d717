"""What a service does when a person wants its failures tried again, or gives them up."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.database import Transaction
from shared.effect import Handler
from shared.events import FailureDropRequested, FailureRetryRequested

Do = Callable[[Transaction, Sequence[str], str], Awaitable[None]]
"""Takes the names of the failures and who asked; what has failed no more is left as it is."""


@dataclass(frozen=True, slots=True)
class Mending:
    """What can be done about failures of one kind."""

    retry: Do
    give_up: Do


class Mendings:
    """What a service can do about its failures, by their kinds; wishes to others are not its own.

    A kind that the service does not know is a dead letter: what nobody does must not look done.
    """

    def __init__(self, by_kind: Mapping[str, Mending]) -> None:
        self._by_kind = dict(by_kind)

    def add(self, kind: str, mending: Mending) -> dict[str, Handler]:
        """Know what to do about this kind; give what hears a person's wishes, by their types."""
        self._by_kind[kind] = mending
        return {
            FailureRetryRequested.__name__: self.retry,
            FailureDropRequested.__name__: self.give_up,
        }

    async def retry(
        self, transaction: Transaction, wishes: Sequence[FailureRetryRequested]
    ) -> None:
        """Try again what a person asked for."""
        for wish in wishes:
            if wish.service == transaction.service:
                mending = self._by_kind[wish.kind]
                await mending.retry(transaction, wish.names, wish.requested_by)

    async def give_up(
        self, transaction: Transaction, wishes: Sequence[FailureDropRequested]
    ) -> None:
        """Give up what a person gave up."""
        for wish in wishes:
            if wish.service == transaction.service:
                mending = self._by_kind[wish.kind]
                await mending.give_up(transaction, wish.names, wish.requested_by)
