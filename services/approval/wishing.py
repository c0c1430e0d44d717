"""How a person's wishes reach the services that keep failures."""

from collections.abc import Sequence

from shared import outbox
from shared.database import Transaction
from shared.events import FailureDropRequested, FailureRetryRequested
from shared.mending import Mendings
from shared.unread_news import KIND

Wish = FailureRetryRequested | FailureDropRequested


async def wish(transaction: Transaction, mendings: Mendings, wishes: Sequence[Wish]) -> None:
    """Say what a person wants; what approval itself cannot read it does at once.

    It would not hear of it: the wish may lie behind what it is about.
    """
    for each in wishes:
        if (each.service, each.kind) != (transaction.service, KIND):
            await outbox.add(transaction, each)
        elif isinstance(each, FailureRetryRequested):
            await mendings.retry(transaction, [each])
        else:
            await mendings.give_up(transaction, [each])
