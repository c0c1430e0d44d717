"""What ingest does about deliveries that it could not read, when a person asks for it."""

from collections.abc import Iterable, Sequence

from services.ingest.domain import UNREADABLE
from services.ingest.store import unreadable
from shared import outbox
from shared.database import Transaction
from shared.events import FailureEnded


async def read_again(transaction: Transaction, names: Sequence[str], _who: str) -> None:
    """Have the deliveries be read once more; what comes of it is said when it is done."""
    asked = await unreadable.request_retry(transaction, [int(name) for name in names])
    await say_ended(transaction, (name for name in names if int(name) not in asked))


async def set_aside(transaction: Transaction, names: Sequence[str], who: str) -> None:
    """Let nobody wait for these any more; they stay where they are."""
    await unreadable.set_aside(transaction, [int(name) for name in names], who)
    await say_ended(transaction, names)


async def say_ended(transaction: Transaction, names: Iterable[str]) -> None:
    """Tell everybody that nobody need act on these."""
    service = transaction.service
    ended = [FailureEnded(service=service, kind=UNREADABLE, name=name) for name in names]
    await outbox.add(transaction, ended)
