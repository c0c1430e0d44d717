"""What is due: found out for all workers of a service together, by one light statement a second.

A worker is woken by what is committed in its own process. What is due later, and what another
process queued or left behind when it died, is found here.
"""

from collections.abc import Mapping
from functools import partial

from shared.database import Database, Transaction
from shared.worker import Worker

POLL_SECONDS = 1.0


def new_poller(database: Database, due: Mapping[str, str]) -> Worker:
    """Make the worker that wakes the others; after an error it looks again like any of them."""
    look = partial(wake_due, database, due)
    return Worker("due", look, signal="due", poll_seconds=POLL_SECONDS)


async def wake_due(database: Database, due: Mapping[str, str]) -> int:
    """Fire the signals of what is due; always 0, for it is soon enough to look in a while."""
    async with database.statement() as transaction:
        for signal in await find_due(transaction, due):
            transaction.wake(signal)
    return 0


async def find_due(transaction: Transaction, due: Mapping[str, str]) -> list[str]:
    """Give the signals of what is due.

    `due` has an SQL expression for each signal, which some index answers.
    """
    columns = ", ".join(f'{sql} AS "{signal}"' for signal, sql in due.items())
    row = await transaction.fetchrow(f"SELECT {columns}")
    return [signal for signal, is_due in row.items() if is_due] if row else []
