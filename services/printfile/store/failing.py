"""Deletions that keep failing: a person is told of them, and can have them tried again at once."""

from collections.abc import Iterable, Mapping, Sequence

from services.printfile.store import deleting
from shared import outbox
from shared.database import Transaction
from shared.events import FailureEnded, FailureFound

KIND = "deletion"
ORDER = "order"
"""What a deletion is of: all files of an order, named by its id."""
FILE = "file"
"""What a deletion is of: one file that no order needs, named by its key."""

TOLD_AT = 3
"""So often it fails until a person is told: a store that is away for a moment comes back."""


async def note(transaction: Transaction, subject: str, reasons: Mapping[str, str]) -> None:
    """Count these failures, given by name, and say those that a person is to know of."""
    if not reasons:
        return
    rows = await transaction.fetch(
        """
        INSERT INTO failed_deletion AS failed (name)
        SELECT name
        FROM unnest($1::text[]) AS said (name)
        ON CONFLICT (name) DO UPDATE
        SET failures = failed.failures + 1
        RETURNING name, failures, since, told
        """,
        sorted(reasons),
    )
    new = [
        FailureFound(
            service=transaction.service,
            kind=KIND,
            name=row["name"],
            subject=subject,
            reason=reasons[row["name"]],
            since=row["since"],
        )
        for row in rows
        if row["failures"] >= TOLD_AT and row["told"] != reasons[row["name"]]
    ]
    await transaction.executemany(
        "UPDATE failed_deletion SET told = $2 WHERE name = $1",
        [(found.name, found.reason) for found in new],
    )
    await outbox.add(transaction, new)


async def end(transaction: Transaction, names: Sequence[str]) -> None:
    """Forget that these failed, for they are done; say so of those that were told."""
    rows = await transaction.fetch(
        "DELETE FROM failed_deletion WHERE name = ANY($1::text[]) RETURNING name, failures", names
    )
    await say_ended(transaction, (row["name"] for row in rows if row["failures"] >= TOLD_AT))


async def request_retry(transaction: Transaction, names: Sequence[str], _who: str) -> None:
    """Have deletions tried at once, and what comes of it told; what has failed no more has ended.

    There is no giving up: a file that nobody may see any more would be kept for ever.
    """
    rows = await transaction.fetch(
        """
        UPDATE failed_deletion
        SET told = ''
        WHERE name IN (
            SELECT name FROM failed_deletion WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE
        )
        RETURNING name
        """,
        names,
    )
    failed = {row["name"] for row in rows}
    await deleting.hasten(transaction, sorted(failed))
    await say_ended(transaction, sorted(set(names) - failed))


async def say_ended(transaction: Transaction, names: Iterable[str]) -> None:
    """Tell everybody that nobody need act on these."""
    service = transaction.service
    ended = [FailureEnded(service=service, kind=KIND, name=name) for name in names]
    await outbox.add(transaction, ended)
